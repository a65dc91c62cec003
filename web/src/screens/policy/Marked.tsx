import { NumberField } from '../../ui/NumberField';
import { OptionalNumberField } from '../../ui/OptionalNumberField';
import { useWrong } from './marks';
import { MarkLines } from './MarkLines';
import styles from './Policy.module.css';

/** Fields that show what the dry run and the server say about them. `at` is the path of the setting. */

type NumberProps = Parameters<typeof NumberField>[0] & { at: string };

export function MarkedNumber({ at, ...field }: NumberProps) {
  const wrong = useWrong(at);
  return (
    <div className={styles.marks}>
      <NumberField {...field} error={field.error ?? wrong} />
      <MarkLines at={at} warnings />
    </div>
  );
}

type OptionalProps = Parameters<typeof OptionalNumberField>[0] & { at: string };

export function MarkedOptional({ at, ...field }: OptionalProps) {
  const wrong = useWrong(at);
  return (
    <div className={styles.marks}>
      <OptionalNumberField {...field} error={field.error ?? wrong} />
      <MarkLines at={at} warnings />
    </div>
  );
}

/** A share from 0 to 1, shown in percent; null only where it may be left out. */
export const toPercent = (share: number): number => Number((share * 100).toFixed(4));
export const fromPercent = (percent: number): number => Number((percent / 100).toFixed(6));
