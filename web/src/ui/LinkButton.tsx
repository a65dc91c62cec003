import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';
import { Icon, type IconName } from './icons';
import { Key } from './Key';
import styles from './Button.module.css';

interface Props extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'className'> {
  look?: 'main' | 'plain' | 'quiet';
  icon?: IconName;
  /** The key that goes there too. */
  shortcut?: string;
  ref?: Ref<HTMLAnchorElement>;
}

/** A link that looks like a button, for what changes nothing: a download, another address. */
export function AnchorButton({ look = 'plain', icon, shortcut, children, ...rest }: Props) {
  return (
    <a {...rest} className={`${styles.button ?? ''} ${styles[look] ?? ''}`}>
      {icon && <Icon name={icon} size={18} />}
      <span>{children}</span>
      {shortcut && <Key name={shortcut} />}
    </a>
  );
}

/** The same to a page of Assay. */
export const LinkButton = createLink(AnchorButton);
