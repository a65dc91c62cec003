import { useRouter } from '@tanstack/react-router';
import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { Dialog } from '../ui/Dialog';
import { keyName } from '../ui/keys';
import { placesAsCommands, SOURCES, type Command } from './commands';
import styles from './Palette.module.css';
import { useSession } from './session';
import { usePlaces } from './Signed';
import { words } from './words';

/** Ctrl/Cmd-K: any page or project by a few letters. */
export function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const { commands, settled } = useCommands(query);
  const [entered, setEntered] = useState(false);
  const list = useId();
  const current = commands[Math.min(at, commands.length - 1)];

  const run = (command: Command) => {
    onClose();
    command.run();
  };

  // Enter after fast typing means what was typed, not what an earlier letter had found.
  useEffect(() => {
    if (entered && settled && current) run(current);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + commands.length) % Math.max(commands.length, 1));
    else if (event.key === 'Enter') setEntered(true);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={words.palette} place="top" bare onClose={onClose}>
      <input
        className={styles.input}
        role="combobox"
        aria-label={words.palette}
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={current ? `${list}-${current.id}` : undefined}
        placeholder={words.palettePlaceholder}
        data-autofocus
        value={query}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
          setEntered(false);
        }}
      />
      <ul id={list} role="listbox" aria-label={words.palette} className={styles.list}>
        {commands.map((command) => (
          <li
            key={command.id}
            id={`${list}-${command.id}`}
            role="option"
            aria-selected={command === current}
            onClick={() => run(command)}
            onPointerMove={() => setAt(commands.indexOf(command))}
          >
            <span>{command.title}</span>
            <small>{command.key ? keyName(command.key) : command.group}</small>
          </li>
        ))}
      </ul>
      {commands.length === 0 && <p className={styles.nothing}>{words.paletteNothing}</p>}
    </Dialog>
  );
}

/** What fits the query; `settled` when every source has answered for it. */
function useCommands(query: string): { commands: Command[]; settled: boolean } {
  const router = useRouter();
  const { role } = useSession();
  const places = usePlaces(role);
  const [found, setFound] = useState<{ query: string | null; commands: Command[] }>({
    query: null,
    commands: [],
  });
  useEffect(() => {
    let old = false;
    const timer = setTimeout(() => {
      const go = (path: string) => void router.navigate({ to: path });
      void Promise.allSettled(SOURCES.map((source) => source(query, role, go))).then((answers) => {
        if (old) return;
        const commands = answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
        setFound({ query, commands });
      });
    }, 80);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [query, role, router]);
  const settled = found.query === query;
  const typed = query.trim().toLowerCase();
  const fitting = settled
    ? found.commands
    : found.commands.filter(({ title }) => title.toLowerCase().includes(typed));
  return { commands: [...placesAsCommands(places, query), ...fitting], settled };
}
