import type { ReactNode } from 'react';
import { Icon, type IconName } from './icons';
import styles from './State.module.css';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

const ICONS: Record<Tone, IconName | null> = {
  plain: null,
  good: 'check',
  warn: 'warn',
  bad: 'warn',
};

/** A state as word, icon and color together; never color alone. Not for people: they are ink. */
export function State({ tone = 'plain', icon, children }: StateProps) {
  const name = icon ?? ICONS[tone];
  return (
    <span className={`${styles.state ?? ''} ${styles[tone] ?? ''}`}>
      {name && <Icon name={name} size={16} />}
      {children}
    </span>
  );
}

interface StateProps {
  tone?: Tone;
  icon?: IconName;
  children: ReactNode;
}

/** A quiet line about the page or the data ("In this demo …"), or a warning that is not an error. */
export function Notice({ tone = 'plain', icon = 'info', children, action }: NoticeProps) {
  return (
    <div
      className={`${styles.notice ?? ''} ${tone === 'warn' ? (styles.noticeWarn ?? '') : ''}`}
      role="note"
    >
      <Icon name={icon} size={18} />
      <div className={styles.noticeText}>{children}</div>
      {action}
    </div>
  );
}

interface NoticeProps {
  tone?: 'plain' | 'warn';
  icon?: IconName;
  children: ReactNode;
  action?: ReactNode;
}
