import type { GuidelineDocument } from '../../api/lead/guideline';

/** The guideline as lines of text, for comparing two versions. Every line says what it belongs to. */
export function guidelineLines(document: GuidelineDocument): string[] {
  const lines = [...block('Statement', document.statement)];
  for (const { label, control, definition, positive, negative } of document.labels) {
    const name = `${label} (${control})`;
    lines.push(...block(`${name}, definition`, definition));
    lines.push(...positive.map((example) => `${name}, belongs: ${flat(example)}`));
    lines.push(...negative.map((example) => `${name}, does not belong: ${flat(example)}`));
  }
  lines.push(...document.rules.map(({ id, text }) => `${id}: ${flat(text)}`));
  lines.push(
    ...document.edge_cases.map((one) => `${one.id}: ${flat(one.case)} → ${flat(one.decision)}`),
  );
  lines.push(...block('Every answer keeps to', document.constraints));
  lines.push(...block('When no rule decides', document.escalation));
  return lines;
}

const flat = (text: string) => text.replace(/\s*\n\s*/g, ' ').trim();

function block(title: string, text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => `${title}: ${line}`);
}
