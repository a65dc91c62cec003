import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { checkedLabelConfig } from '../../api/lead/label_config';
import { createProject, templates, type Template } from '../../api/lead/projects';
import { asProblem, type Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Actions } from '../../ui/Dialog';
import { TextArea, TextField } from '../../ui/Field';
import { LinkButton } from '../../ui/LinkButton';
import { OptionCards } from '../../ui/OptionCards';
import { Page } from '../../ui/Page';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { Failed, Loaded } from '../parts/Loaded';
import { useDraft, type Draft } from '../parts/use_draft';
import { PolicyBasics } from '../policy/PolicyBasics';
import { AskedPart } from './AskedPart';
import {
  DEFAULT_POLICY,
  emptyForm,
  guidelineFor,
  labelConfigOf,
  newProject,
  startingFrom,
  type Form,
} from './new_project';
import { words } from './new_words';
import styles from './NewProject.module.css';

/** /projects/new: from a template or an own label config to a project. */
export function NewProject() {
  const query = useQuery(templates);
  return (
    <Page title={words.title} lead={words.lead}>
      <Loaded query={query} lines={[20, 100, 100, 20, 100]}>
        {(gallery) => <NewProjectForm gallery={gallery} />}
      </Loaded>
    </Page>
  );
}

function NewProjectForm({ gallery }: { gallery: Template[] }) {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const asked = gallery.find(({ id }) => id === search.template) ?? gallery[0];
  const draft = useDraft('new-project', emptyForm(asked?.id ?? ''));
  const form = draft.value;
  const template = gallery.find(({ id }) => id === form.template);
  const create = useCreate(draft, template);
  const problem = create.error ? asProblem(create.error) : null;
  const set = (patch: Partial<Form>) => draft.set({ ...form, ...patch });
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      {draft.found && (
        <Notice
          action={
            <Button look="quiet" onClick={draft.forget}>
              {words.discard}
            </Button>
          }
        >
          {words.draft}
        </Notice>
      )}
      <StartPart gallery={gallery} form={form} onChange={draft.set} />
      <AskedPart
        key={form.template}
        template={template}
        labelConfig={form.labelConfig}
        onChange={(labelConfig) => set({ labelConfig })}
        refused={problem?.field === 'label_config' ? problem : null}
      />
      <div className={styles.columns}>
        <AboutPart
          form={form}
          onChange={set}
          refused={problem?.field === 'title' ? problem : null}
        />
        <Part title={words.policy}>
          <PolicyBasics value={form.policy} onChange={(policy) => set({ policy })} />
        </Part>
      </div>
      <Part title={words.guideline}>
        <p className={styles.note}>{guidelineWords(form, template)}</p>
      </Part>
      {create.error && !['title', 'label_config'].includes(problem?.field ?? '') && (
        <Failed error={create.error} />
      )}
      <Actions>
        <LinkButton to="/">{words.cancel}</LinkButton>
        <Button look="main" type="submit" busy={create.isPending}>
          {words.create}
        </Button>
      </Actions>
    </form>
  );
}

interface StartProps {
  gallery: Template[];
  form: Form;
  onChange: (form: Form) => void;
}

const StartPart = ({ gallery, form, onChange }: StartProps) => (
  <Part title={words.start} lead={words.startHint}>
    <OptionCards
      label={words.start}
      labelHidden
      value={form.template}
      onChange={(id) => onChange(startingFrom(form, id))}
      options={[
        ...gallery.map(({ id, title, description }) => ({ value: id, title, text: description })),
        { value: '', title: words.own, text: words.ownText },
      ]}
    />
  </Part>
);

interface AboutProps {
  form: Form;
  onChange: (patch: Partial<Form>) => void;
  refused: Problem | null;
}

function AboutPart({ form, onChange, refused }: AboutProps) {
  return (
    <Part title={words.about}>
      <TextField
        label={words.titleField}
        hint={words.titleHint}
        required
        maxLength={200}
        value={form.title}
        onChange={(title) => onChange({ title })}
        error={refused?.message ?? null}
      />
      <TextArea
        label={words.description}
        hint={words.descriptionHint}
        rows={2}
        maxLength={4000}
        value={form.description}
        onChange={(description) => onChange({ description })}
      />
    </Part>
  );
}

function guidelineWords({ labelConfig }: Form, template: Template | undefined): string {
  if (!template) return words.guidelineEmpty;
  if (labelConfig !== null && labelConfig !== template.label_config) return words.guidelineChanged;
  const { labels, rules, edge_cases } = template.guideline;
  return words.guidelineFrom(labels.length, rules.length, edge_cases.length);
}

function useCreate(draft: Draft<Form>, template: Template | undefined) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const form = draft.value;
  return useMutation({
    mutationFn: async () => {
      const xml = labelConfigOf(form, template);
      const own = template && xml === template.label_config;
      const controls = own
        ? template.controls
        : (await client.query(checkedLabelConfig(xml))).controls;
      return createProject(
        newProject(form, template, guidelineFor(template, controls), DEFAULT_POLICY),
      );
    },
    onSuccess: (project) => {
      draft.forget();
      void client.invalidateQueries({ queryKey: ['project-list'] });
      void navigate({ to: '/projects/$projectId', params: { projectId: project.id } });
    },
  });
}
