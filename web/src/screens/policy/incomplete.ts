import type { Policy } from '../../api/lead/quality';
import type { Mark } from './marks';

/** What is still being written, by its field: the server is not asked about half a setting. */
export function incompleteIn(policy: Policy): Mark[] {
  const marks: Mark[] = [];
  const missing = (field: string, message: string) => marks.push({ field, message, tone: 'error' });
  policy.rules.forEach((rule, place) => {
    const fields = Object.entries(rule.where);
    if (fields.length === 0)
      missing(`rules[${place}].where`, 'Say which tasks are meant: add a field and its values.');
    for (const [field, value] of fields) {
      if (Array.isArray(value) && value.length === 0)
        missing(`rules[${place}].where.${field}`, `Add a value that ${field} has to have.`);
    }
  });
  const named = (field: string, name: string, empty: string) => {
    if (name.trim() === '') missing(field, empty);
    else if (name.includes('@')) missing(field, 'Leave out the @: it stands for something else.');
  };
  policy.queues.forEach(({ name, skills }, place) => {
    named(`queues[${place}].name`, name, 'Give the queue a name.');
    for (const skill of skills) named(`queues[${place}].skills`, skill, 'Give the skill a name.');
  });
  policy.stages.forEach((stage, place) =>
    named(`stages[${place}].name`, stage.name, 'Give the stage a name.'),
  );
  return marks;
}
