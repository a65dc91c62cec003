import type { IconName } from '../../ui/icons';
import { State, type Tone } from '../../ui/State';

/** How a verdict is said: always a word with its icon; doubt is quiet, not a warning. */
const LOOKS: Readonly<Record<string, { word: string; tone: Tone; icon: IconName }>> = {
  strong: { word: 'Strong', tone: 'good', icon: 'check' },
  acceptable: { word: 'Acceptable', tone: 'plain', icon: 'check' },
  low: { word: 'Low', tone: 'warn', icon: 'warn' },
  'cannot tell yet': { word: 'Can’t tell yet', tone: 'plain', icon: 'waiting' },
  undefined: { word: 'Undefined', tone: 'plain', icon: 'info' },
};

/** A metric's sentence begins with its verdict; beside the word it goes on without. */
export function withoutVerdict(sentence: string): string {
  const rest = sentence.replace(/^(Strong|Acceptable|Low|Can['’]t tell yet): /, '');
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}

export function VerdictWord({ verdict }: { verdict: string }) {
  const look = LOOKS[verdict.replaceAll('_', ' ')];
  if (!look) return <State>{verdict}</State>;
  return (
    <State tone={look.tone} icon={look.icon}>
      {look.word}
    </State>
  );
}
