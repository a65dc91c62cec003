import { counted } from '../../ui/format';

export const words = {
  title: 'New project',
  lead: 'Everything here can be changed later; changes are new versions, and nothing is overwritten.',
  start: 'Start from',
  startHint: 'A template brings a label config and a worked guideline.',
  own: 'Own label config',
  ownText: 'Write or paste Label Studio’s XML. The guideline starts empty.',
  about: 'What it is called',
  titleField: 'Title',
  titleHint: 'Annotators see it.',
  description: 'Description',
  descriptionHint: 'Optional. A sentence on what the labels are for.',
  answers: 'What is asked',
  change: 'Change the label config',
  keep: 'Hide the label config',
  preview: 'What annotators will see',
  policy: 'How often a task is answered',
  guideline: 'Guideline',
  guidelineFrom: (labels: number, rules: number, cases: number) =>
    `The template’s guideline is filled in: ${counted(labels, 'label')}, ${counted(rules, 'rule')} and ${counted(cases, 'edge case')}. Read it before people begin, and make it yours.`,
  guidelineChanged:
    'The label config differs from the template’s. Definitions of labels that still exist are kept; new labels start empty.',
  guidelineEmpty:
    'The guideline starts empty, with one entry for each label. People should not begin before it says what each label means.',
  create: 'Create project',
  cancel: 'Cancel',
  draft: 'Found what you had begun here.',
  discard: 'Start afresh',
};

/** What "own label config" begins with: the smallest one that works. */
export const STARTER = `<View>
  <Text name="text" value="$text"/>
  <Header value="What do you say?"/>
  <Choices name="answer" toName="text" choice="single" required="true">
    <Choice value="First"/>
    <Choice value="Second"/>
  </Choices>
</View>
`;
