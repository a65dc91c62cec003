import type { HistoryEntry } from '../../api/lead/records';
import { words } from './history_words';

/** An answer as one line: its labels and texts, with the control's name where there are several. */
export function answerText(answers: unknown): string {
  if (answers === null || typeof answers !== 'object') return words.nothing;
  const parts = Object.entries(answers).map(
    ([control, answer]) => [control, valueText(answer)] as const,
  );
  const told = parts.filter(([, text]) => text !== '');
  if (told.length === 0) return words.nothing;
  if (parts.length === 1) return told.map(([, text]) => text).join();
  return told.map(([control, text]) => `${control}: ${text}`).join(' · ');
}

function valueText(answer: unknown): string {
  if (Array.isArray(answer)) return answer.map(valueText).filter(Boolean).join(', ');
  if (answer === null || answer === undefined) return '';
  return typeof answer === 'string' ? answer : JSON.stringify(answer);
}

/** What happened, in words: the sentence, and what belongs to it. */
export function entryWords(entry: HistoryEntry): { what: string; details: string } {
  const { details } = entry;
  const text = (key: string) => (typeof details[key] === 'string' ? details[key] : '');
  const what = words.kinds[entry.kind] ?? entry.kind;
  const more: Readonly<Record<string, string>> = {
    imported: [text('filename'), details.line ? words.line(Number(details.line)) : '']
      .filter(Boolean)
      .join(', '),
    skipped: [text('reason'), text('note')].filter(Boolean).join(': '),
    flagged: [text('note'), text('rule') && words.rule(text('rule'))].filter(Boolean).join(' · '),
    set_aside: text('reason'),
    restored: text('reason'),
    not_restored: text('reason'),
    decided: decisionText(details),
  };
  const late = entry.counted === false && ['annotated', 'corrected'].includes(entry.kind);
  return {
    what: late ? `${what}, ${words.notCounted}` : what,
    details: more[entry.kind] ?? '',
  };
}

function decisionText(details: Readonly<Record<string, unknown>>): string {
  const { kind, ...rest } = details;
  const said = Object.entries(rest).map(([key, value]) => `${key}: ${valueText(value)}`);
  return [String(kind), ...said].join(' · ');
}

/** The versions under which it happened. */
export function versionWords(versions: HistoryEntry['versions']): string {
  const said = Object.entries(versions).flatMap(([name, version]) =>
    version === null ? [] : [words.version(name, version)],
  );
  return said.join(', ');
}
