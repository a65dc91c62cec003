import { effectSentence } from './effect_words';
import styles from './Policy.module.css';
import type { DryRun } from './use_preview';
import { words } from './words';

/** On a narrow screen the dry run stands under the settings; its first number stays in sight. */
export function EffectLine({ run }: { run: DryRun }) {
  const said = run.problem
    ? words.refused
    : run.incomplete
      ? words.incomplete
      : run.preview && effectSentence(run.preview);
  return (
    <p className={styles.effectLine}>
      <span>{run.counting ? words.counting : said}</span>
      <a href="#effect">{words.effect}</a>
    </p>
  );
}
