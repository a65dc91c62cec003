import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from './Button';
import type { IconName } from './icons';
import styles from './Menu.module.css';

interface Props {
  title: string;
  icon?: IconName;
  iconOnly?: boolean | 'narrow';
  /** What stands on the button; the title when absent. */
  face?: ReactNode;
  children: ReactNode;
}

const FOCUSABLE = 'button:not(:disabled), a[href], input';

/** A button that opens a small panel under it: actions, or a few settings. Esc and a press outside close it. */
export function Menu({ title, icon, iconOnly, face, children }: Props) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    const escape = (event: globalThis.KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      if (box.current?.contains(document.activeElement)) button.current?.focus();
      setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('keydown', escape, true);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('keydown', escape, true);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    if (event.target instanceof HTMLInputElement) return;
    const all = [
      ...(box.current?.querySelectorAll<HTMLElement>(`#${CSS.escape(id)} :is(${FOCUSABLE})`) ?? []),
    ];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const at = all.indexOf(document.activeElement as HTMLElement);
    event.preventDefault();
    all.at(at < 0 && step < 0 ? -1 : (at + step) % all.length)?.focus();
  };

  return (
    <div ref={box} className={styles.box} onKeyDown={onKeyDown}>
      <Button
        ref={button}
        look="quiet"
        icon={icon}
        iconOnly={iconOnly}
        keepsFocus
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {face ?? title}
      </Button>
      {open && (
        <div id={id} role="group" aria-label={title} className={styles.panel}>
          {children}
        </div>
      )}
    </div>
  );
}

interface ItemProps {
  icon?: IconName;
  shortcut?: string;
  onClick: () => void;
  children: ReactNode;
}

export function MenuItem({ children, ...rest }: ItemProps) {
  return (
    <Button look="quiet" wide {...rest}>
      {children}
    </Button>
  );
}
