/** What the mock server serves: one person, three projects, tasks with kind and hostile texts. */

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'; object-src 'none'";

export const session = {
  person: { id: 'per_1', email: 'mira@example.org', name: 'Mira Okafor' },
  workspace: { id: 'wsp_1', name: 'Demo workspace' },
  role: 'annotator',
  workspaces: [{ id: 'wsp_1', name: 'Demo workspace', role: 'annotator' }],
  csrf_token: 'csrf-1',
  has_password: true,
  version: '0.1.0',
};

const project = (id, title, description, more) => ({
  id,
  title,
  description,
  state: 'open',
  task_count: 3708,
  done_count: 1240,
  annotation_count: 5210,
  my_done_count: 148,
  can_annotate: true,
  created_at: '2026-11-20T09:00:00Z',
  ...more,
});

export const projects = [
  project(
    'sentiment',
    'Sentiment of product reviews',
    'What does the sentence say about the product?',
  ),
  project('topics', 'Topics of support letters', 'All topics a letter is about; several may fit.', {
    task_count: 860,
    done_count: 12,
    my_done_count: 3,
  }),
  project(
    'rtl',
    'آراء الزبائن',
    '<img src=x onerror="window.__pwned=1"> Arabic and Hebrew reviews',
    {
      state: 'paused',
      my_done_count: 0,
    },
  ),
];

const choice = (value, more) => ({
  value,
  label: value,
  hotkey: null,
  hint: null,
  background: null,
  ...more,
});

const choices = (name, list, more) => ({
  name,
  to_name: ['text'],
  type: 'choices',
  multiple: false,
  required: true,
  choices: list,
  ...more,
});

const outline = (controls, header) => ({
  tag: 'View',
  attrs: {},
  children: [
    { tag: 'Text', name: 'text', attrs: {}, value: [{ path: ['text'] }], children: [] },
    ...(header ? [{ tag: 'Header', attrs: {}, value: [{ text: header }], children: [] }] : []),
    ...controls.map(({ name }) => ({ tag: 'Choices', name, attrs: {}, children: [] })),
  ],
});

const sentiment = [
  choices('sentiment', [choice('Positive'), choice('Neutral'), choice('Negative')]),
];
const topics = [
  choices(
    'topics',
    [
      'Delivery',
      'Price',
      'Quality',
      'Returns',
      'Warranty',
      'Packaging',
      'Support',
      'Website',
      'Payment',
      'Size and fit',
      'Safety',
      'Something else with a rather long name',
    ].map((value) => choice(value)),
    { multiple: true },
  ),
  choices(
    'urgent',
    [
      choice('Urgent', { hint: 'Wants an answer today', hotkey: 's' }),
      choice('Can wait', { background: '#3f7858' }),
    ],
    { required: false },
  ),
];

const guideline = {
  statement: 'Judge what the sentence itself says about the product, not what you think of it.',
  labels: [
    {
      control: 'sentiment',
      label: 'Positive',
      definition: 'The writer likes the product or a part of it.',
      positive: ['The sound is the best I have had at this price.', 'It just works.'],
      negative: ['It arrived on Tuesday.', 'I wish it were better.'],
    },
    {
      control: 'sentiment',
      label: 'Neutral',
      definition: 'A fact, a question, or good and bad in balance.',
      positive: ['It takes two AA batteries.', 'Fine, nothing more.'],
      negative: ['Great, it takes batteries I already have.'],
    },
    {
      control: 'sentiment',
      label: 'Negative',
      definition: 'The writer dislikes the product or a part of it.',
      positive: ['It broke in the first week.'],
      negative: ['My old one broke, so I bought this.'],
    },
  ],
  rules: [
    { id: 'R1', text: 'Judge the sentence alone, without what may have stood before it.' },
    { id: 'R2', text: 'Praise for the shop or the delivery is Neutral.' },
    { id: 'R3', text: 'Irony counts for what is meant, not for what is said.' },
    { id: 'R4', text: 'When good and bad stand together, the main clause decides.' },
  ],
  edge_cases: [
    { id: 'E1', case: '“Not bad at all.”', decision: 'Positive' },
    {
      id: 'E2',
      case: 'A comparison with another product only',
      decision: 'Neutral, unless this one clearly wins or loses',
    },
  ],
  constraints: 'Do not look the product up.',
  escalation: 'Flag the task with F and write what two readings you see.',
};

export function workbench(id) {
  const controls = id === 'topics' ? topics : sentiment;
  return {
    project: { id, title: projects.find((one) => one.id === id)?.title ?? id, state: 'open' },
    label_config: {
      version: 1,
      outline: outline(
        controls,
        id === 'topics' ? 'What is the letter about? Choose all that fit.' : null,
      ),
      controls,
    },
    guideline: { version: 3, document: guideline },
    settings: {
      undo_seconds: 900,
      ask_confidence: id === 'topics',
      skip_reasons: [
        { id: 'unreadable', title: 'I cannot read it' },
        { id: 'not_enough', title: 'Not enough to decide' },
        { id: 'no_label', title: 'No label fits' },
        { id: 'upsetting', title: 'I would rather not see this' },
      ],
      hold: 3,
    },
    progress: { today: 12, total: 148 },
    notice:
      id === 'sentiment'
        ? 'In this demo annotator k holds the k-th rating of each sentence, not one person’s.'
        : null,
  };
}

const SENTENCES = [
  'I bought this for the long flights, and the battery gives out after two hours. Still, the sound is the best I have had at this price.',
  'The included cable is too short to reach my desk.',
  'It has a very good picture, easy to use, and the menu is simple enough that my father set it up alone.',
  'Setup took four hours, two calls to the help line, and in the end a neighbor who knows routers; it has not dropped the connection once since then, which is more than I can say of the one before.',
  'هذه السماعات ممتازة، لكن البطارية لا تدوم أكثر من ساعتين.',
  '<script>window.__pwned = 1</script><b>Great</b> & "quoted" <img src=x onerror="window.__pwned=1">',
  'Works. 👍🏽 Would buy again 🛒.',
  'המוצר הגיע בזמן אבל הצבע שונה מהתמונה.',
  'Купил для дачи: работает тихо, но греется.',
];
const LONG = Array.from({ length: 40 }, (_, n) => `Paragraph ${n + 1}. ${SENTENCES[n % 4]}`).join(
  '\n\n',
);

export const textOf = (id, n) => (id === 'long' ? LONG : SENTENCES[n % SENTENCES.length]);
