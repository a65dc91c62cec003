import { useId, useRef, useState, type KeyboardEvent } from 'react';
import styles from './FilterField.module.css';
import { Icon } from './icons';
import { Key } from './Key';
import { useKeys } from './keys';

export interface FilterOption {
  id: string;
  /** Stands at the right: "Label". */
  kind: string;
  title: string;
}

interface Props<Option extends FilterOption> {
  label: string;
  placeholder: string;
  /** What may be chosen for what was typed so far. */
  optionsFor: (typed: string) => readonly Option[];
  onChoose: (option: Option) => void;
}

/** A field in which filters are typed: it offers what the letters may mean; Enter puts it on. */
export function FilterField<Option extends FilterOption>(props: Props<Option>) {
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const options = open ? props.optionsFor(typed) : [];
  const current = options[Math.min(at, options.length - 1)];
  const focus = { id: 'filter.focus', keys: ['/'], title: props.label, group: 'This page' };
  useKeys([{ ...focus, run: () => input.current?.focus() }]);

  const choose = (option: Option) => {
    props.onChoose(option);
    setTyped('');
    setAt(0);
    setOpen(false);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !open) setOpen(true);
    else if (step && options.length > 0) setAt((at + step + options.length) % options.length);
    else if (event.key === 'Enter' && current) choose(current);
    else if (event.key === 'Escape' && (open || typed)) {
      setOpen(false);
      setTyped('');
    } else return;
    event.preventDefault();
  };

  return (
    <div className={styles.box}>
      <Icon name="search" size={16} />
      <input
        ref={input}
        role="combobox"
        aria-label={props.label}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={current ? `${id}-${current.id}` : undefined}
        placeholder={props.placeholder}
        autoComplete="off"
        value={typed}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
          setAt(0);
        }}
      />
      {!open && !typed && <Key name="/" />}
      <Options
        id={id}
        label={props.label}
        options={options}
        current={current}
        onChoose={choose}
        onPoint={(option) => setAt(options.indexOf(option))}
      />
    </div>
  );
}

interface OptionsProps<Option extends FilterOption> {
  id: string;
  label: string;
  options: readonly Option[];
  current: Option | undefined;
  onChoose: (option: Option) => void;
  onPoint: (option: Option) => void;
}

function Options<Option extends FilterOption>(props: OptionsProps<Option>) {
  const { id, label, options, current, onChoose, onPoint } = props;
  return (
    <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={options.length === 0}>
      {options.map((option) => (
        <li
          key={option.id}
          id={`${id}-${option.id}`}
          role="option"
          aria-selected={option === current}
          // Before the field loses the focus, which would close the list.
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(option);
          }}
          onPointerMove={() => onPoint(option)}
        >
          <span dir="auto">{option.title}</span>
          <small>{option.kind}</small>
        </li>
      ))}
    </ul>
  );
}
