import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Icon, type IconName } from './icons';
import { Key } from './Key';
import styles from './Button.module.css';

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'> {
  /** `main` is the one gold button of a page; everything else is `plain` or `quiet`. */
  look?: 'main' | 'plain' | 'quiet';
  icon?: IconName;
  /** The key that presses it, as in KeyBinding.keys. */
  shortcut?: string;
  /** Shows only the icon; `children` stays as the name that is read out. */
  iconOnly?: boolean | 'narrow';
  /** Waiting for an answer: keeps its size, cannot be pressed again. */
  busy?: boolean;
  /** A mouse press leaves the focus where it is, so that Enter keeps its meaning on the page. */
  keepsFocus?: boolean;
  wide?: boolean;
  children: ReactNode;
  ref?: Ref<HTMLButtonElement>;
}

export function Button(props: Props) {
  const {
    look = 'plain',
    icon,
    shortcut,
    iconOnly,
    busy,
    keepsFocus,
    wide,
    children,
    ...rest
  } = props;
  const shape =
    iconOnly === true ? styles.iconOnly : iconOnly === 'narrow' ? styles.narrow : undefined;
  return (
    <button
      type="button"
      {...rest}
      className={[styles.button, styles[look], shape, wide && styles.wide]
        .filter(Boolean)
        .join(' ')}
      disabled={rest.disabled}
      aria-disabled={busy || undefined}
      title={iconOnly && typeof children === 'string' ? children : rest.title}
      onClick={busy ? undefined : rest.onClick}
      onMouseDown={keepsFocus ? (event) => event.preventDefault() : rest.onMouseDown}
    >
      {icon && <Icon name={icon} size={18} />}
      <span className={styles.words}>{children}</span>
      {shortcut && !(iconOnly === true) && <Key name={shortcut} />}
    </button>
  );
}
