import { useQuery } from '@tanstack/react-query';
import { guideline } from '../../api/lead/guideline';
import { jobs, type Job } from '../../api/lead/jobs';
import { labelConfig } from '../../api/lead/label_config';
import { seats } from '../../api/lead/people';
import { SelectField, TextField } from '../../ui/Field';
import { moment } from '../../ui/format';
import { labelsOf } from '../parts/labels_of';
import styles from './Records.module.css';
import { labelKey, type Typed } from './selection';
import { words } from './words';

interface Props {
  projectId: string;
  typed: Typed;
  onChange: (typed: Typed) => void;
}

/** Which annotations: people, a window, a label; and what is asked less often. */
export function SelectionFields({ projectId, typed, onChange }: Props) {
  const config = useQuery(labelConfig(projectId));
  const labels = labelsOf(config.data?.controls ?? []);
  const several = (config.data?.controls.length ?? 0) > 1;
  const set = (change: Partial<Typed>) => onChange({ ...typed, ...change });
  return (
    <>
      <People {...{ projectId, typed, onChange }} />
      <div className={styles.two}>
        <TextField
          type="datetime-local"
          label={words.since}
          value={typed.since}
          onChange={(since) => set({ since })}
        />
        <TextField
          type="datetime-local"
          label={words.until}
          value={typed.until}
          onChange={(until) => set({ until })}
        />
      </div>
      <p className={styles.quiet}>{words.windowHint}</p>
      <SelectField
        label={words.label}
        value={typed.label}
        onChange={(label) => set({ label })}
        options={[
          { value: '', title: words.any },
          ...labels.map(({ control, label }) => ({
            value: labelKey(control, label),
            title: several ? `${control}: ${label}` : label,
          })),
        ]}
      />
      <details className={styles.more}>
        <summary>{words.more}</summary>
        <Rarer {...{ projectId, typed, onChange }} configVersion={config.data?.version ?? 1} />
      </details>
      <p className={styles.quiet}>{words.together}</p>
    </>
  );
}

function People({ projectId, typed, onChange }: Props) {
  const query = useQuery(seats(projectId));
  const toggle = (id: string) => {
    const chosen = typed.annotators.includes(id);
    const annotators = chosen
      ? typed.annotators.filter((one) => one !== id)
      : [...typed.annotators, id];
    onChange({ ...typed, annotators });
  };
  return (
    <fieldset className={styles.people}>
      <legend>{words.whose}</legend>
      {query.data?.length === 0 && <p className={styles.quiet}>{words.nobodyYet}</p>}
      {query.data?.map(({ person, submitted }) => (
        <label key={person.id}>
          <input
            type="checkbox"
            checked={typed.annotators.includes(person.id)}
            onChange={() => toggle(person.id)}
          />
          <span dir="auto">{person.name}</span>
          <span className={styles.quiet}>{words.answered(submitted)}</span>
        </label>
      ))}
    </fieldset>
  );
}

const upTo = (newest: number) =>
  Array.from({ length: newest }, (_, index) => ({
    value: String(newest - index),
    title: String(newest - index),
  }));

const nameOf = ({ arguments: given }: Job) =>
  typeof given.filename === 'string' ? given.filename : '';

function Rarer({ projectId, typed, onChange, configVersion }: Props & { configVersion: number }) {
  const rules = useQuery(guideline(projectId));
  const all = useQuery(jobs(projectId));
  const imports = all.data?.filter((job) => job.kind === 'import' && job.state === 'done') ?? [];
  const set = (change: Partial<Typed>) => onChange({ ...typed, ...change });
  const any = { value: '', title: words.any };
  return (
    <div className={styles.rarer}>
      <SelectField
        label={words.guidelineVersion}
        value={typed.guidelineVersion}
        onChange={(guidelineVersion) => set({ guidelineVersion })}
        options={[any, ...upTo(rules.data?.version ?? 1)]}
      />
      <SelectField
        label={words.labelConfigVersion}
        value={typed.labelConfigVersion}
        onChange={(labelConfigVersion) => set({ labelConfigVersion })}
        options={[any, ...upTo(configVersion)]}
      />
      <SelectField
        label={words.rule}
        hint={words.ruleHint}
        value={typed.rule}
        onChange={(rule) => set({ rule })}
        options={[
          any,
          ...(rules.data?.document.rules ?? []).map(({ id, text }) => ({
            value: id,
            title: `${id} ${text}`,
          })),
        ]}
      />
      <SelectField
        label={words.source}
        value={typed.source}
        onChange={(source) => set({ source })}
        options={[
          any,
          ...Object.entries(words.sources).map(([value, title]) => ({ value, title })),
        ]}
      />
      {imports.length > 0 && (
        <SelectField
          label={words.importJob}
          value={typed.importJob}
          onChange={(importJob) => set({ importJob })}
          options={[
            any,
            ...imports.map((job) => ({
              value: job.id,
              title: `${nameOf(job)} · ${moment(job.created_at)}`,
            })),
          ]}
        />
      )}
      <TextField
        label={words.tasks}
        hint={words.tasksHint}
        value={typed.tasks}
        onChange={(tasks) => set({ tasks })}
      />
    </div>
  );
}
