import { Icon } from '../../ui/icons';
import { useMarks } from './marks';
import styles from './Policy.module.css';

interface Props {
  at: string;
  /** Only what is about the setting itself, not about something in it. */
  exact?: boolean;
  /** What is wrong stands in the field's own line already. */
  warnings?: boolean;
}

/** What there is to know about a setting: what is wrong with it, and what it cannot reach. */
export function MarkLines({ at, exact = false, warnings = false }: Props) {
  const marks = useMarks(at, exact).filter(({ tone }) => !warnings || tone === 'warn');
  if (marks.length === 0) return null;
  return (
    <div className={styles.marks}>
      {marks.map(({ field, message, tone }) => (
        <p key={field + message} className={styles.mark} data-tone={tone}>
          <Icon name="warn" size={16} />
          <span>{message}</span>
        </p>
      ))}
    </div>
  );
}
