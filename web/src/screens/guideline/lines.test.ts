import { expect, test } from 'vitest';
import { guidelineLines } from './lines';

test('each line says what it belongs to, and an empty part has none', () => {
  const lines = guidelineLines({
    statement: 'How does the writer judge?\n\nOnly the text counts.',
    labels: [
      {
        control: 'sentiment',
        label: 'Neutral',
        definition: 'No judgment.',
        positive: ['A fact.'],
        negative: [],
      },
    ],
    rules: [{ id: 'R1', text: 'Judge the subject,\nnot the topic.' }],
    edge_cases: [{ id: 'E1', case: 'Sarcasm', decision: 'What is meant' }],
    constraints: '',
    escalation: 'Flag it.',
  });
  expect(lines).toEqual([
    'Statement: How does the writer judge?',
    'Statement: Only the text counts.',
    'Neutral (sentiment), definition: No judgment.',
    'Neutral (sentiment), belongs: A fact.',
    'R1: Judge the subject, not the topic.',
    'E1: Sarcasm → What is meant',
    'When no rule decides: Flag it.',
  ]);
});
