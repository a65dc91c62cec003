import type { Condition, Queue, Stage, TaskRule } from '../../api/lead/policy';
import { count, counted, percent } from '../../ui/format';
import { asList, writeScalar } from './scalars';

const either = (all: readonly string[]): string =>
  all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}` : (all[0] ?? '');

/** "topic is law or tax → 5 annotations, priority +2" */
export function ruleSentence(rule: TaskRule): string {
  const where = Object.entries(rule.where).map(
    ([field, value]) => `${field} is ${either(asList(value).map(writeScalar)) || '…'}`,
  );
  const then = [
    rule.annotations_per_task !== null && counted(rule.annotations_per_task, 'annotation'),
    rule.overlap_share !== null && `on ${percent(rule.overlap_share)}`,
    rule.priority !== null && `priority ${rule.priority > 0 ? '+' : ''}${count(rule.priority)}`,
    rule.queue !== null && `queue ${rule.queue}`,
  ].filter(Boolean);
  return `${where.join(' and ') || '…'} → ${then.join(', ') || 'as elsewhere'}`;
}

/** "experts: needs French and law" */
export const queueSentence = ({ name, skills }: Queue): string =>
  skills.length > 0 ? `${name}: needs ${skills.join(' and ')}` : `${name}: for everybody`;

/** "the majority is Toxic and agreement is below 0.7, a random 50 %"; "always" without a condition. */
export function conditionSentence(when: Condition): string {
  const all = [
    when.label.length > 0 && `the majority is ${either(when.label)}`,
    when.agreement_below !== null && `agreement is below ${when.agreement_below}`,
    when.confidence_below !== null && `confidence is below ${when.confidence_below}`,
  ].filter(Boolean);
  const random = when.share < 1 ? `a random ${percent(when.share)}` : '';
  return [all.join(' and '), random].filter(Boolean).join(', ') || 'always';
}

/** "Experts: 2 more annotations, queue experts" */
export function stageSentence(stage: Stage): string {
  const who = stage.queue === '' ? 'the open queue' : `queue ${stage.queue}`;
  const often =
    stage.annotations === null
      ? 'as often as the policy says'
      : `${count(stage.annotations)} more ${stage.annotations === 1 ? 'annotation' : 'annotations'}`;
  return `${stage.name}: ${often}, ${who}`;
}

/** The stage and its ways on. */
export const stageText = (stage: Stage): string =>
  [
    stageSentence(stage),
    ...stage.next.map(({ to, when }) => `${conditionSentence(when)} → ${to}`),
  ].join('; ');
