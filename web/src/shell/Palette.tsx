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
  const commands = useCommands(query);
  const list = useId();
  const current = commands[Math.min(at, commands.length - 1)];

  const run = (command: Command) => {
    onClose();
    command.run();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((at + step + commands.length) % Math.max(commands.length, 1));
    else if (event.key === 'Enter' && current) run(current);
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

function useCommands(query: string): Command[] {
  const router = useRouter();
  const { role } = useSession();
  const places = usePlaces(role);
  const [found, setFound] = useState<Command[]>([]);
  useEffect(() => {
    let old = false;
    const timer = setTimeout(() => {
      const go = (path: string) => void router.navigate({ to: path });
      void Promise.allSettled(SOURCES.map((source) => source(query, role, go))).then((answers) => {
        if (old) return;
        setFound(answers.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])));
      });
    }, 80);
    return () => {
      old = true;
      clearTimeout(timer);
    };
  }, [query, role, router]);
  return [...placesAsCommands(places, query), ...found];
}
