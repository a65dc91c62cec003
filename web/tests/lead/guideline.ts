import type { View } from '../../src/api/server';

export const GUIDELINE: View['GuidelineView'] = {
  version: 2,
  document: {
    statement: 'How does the writer judge?',
    labels: [
      {
        control: 'sentiment',
        label: 'Neutral',
        definition: 'No judgment.',
        positive: ['A fact.'],
        negative: [],
      },
    ],
    rules: [{ id: 'R1', text: 'Judge the subject.' }],
    edge_cases: [{ id: 'E1', case: 'Sarcasm', decision: 'What is meant.' }],
    constraints: 'One answer.',
    escalation: 'Flag it.',
  },
  note: 'Hopes decided',
  created_at: '2026-11-20T09:00:00Z',
  created_by: 'Mira Okafor',
  gaps: [{ field: 'labels[0].negative', message: 'Neutral has no negative example.' }],
};
