import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  exportLosses,
  jobs,
  startExport,
  type FileFormat,
  type NewExport,
} from '../../api/lead/jobs';
import { Button } from '../../ui/Button';
import { RadioRow } from '../../ui/Field';
import { CheckField } from '../../ui/NumberField';
import { OptionCards } from '../../ui/OptionCards';
import { Part } from '../../ui/Part';
import { Notice } from '../../ui/State';
import { Failed } from '../parts/Loaded';
import styles from './ImportExport.module.css';
import { MomentPart } from './MomentPart';
import { ViewPart } from './ViewPart';
import { words } from './words';

/** A file of the project. What a format leaves out is said before, not found out after. */
export function ExportPart({
  projectId,
  formats,
}: {
  projectId: string;
  formats: readonly FileFormat[];
}) {
  const writes = formats.filter((format) => format.writes);
  const [wanted, setWanted] = useState<NewExport>({
    format: writes[0]?.id ?? 'jsonl',
    only: 'all',
    raw: false,
    disagreeing: false,
  });
  const client = useQueryClient();
  const start = useMutation({
    mutationFn: () => startExport(projectId, wanted),
    onSuccess: () => client.invalidateQueries({ queryKey: jobs(projectId).queryKey }),
  });
  const chosen = writes.find(({ id }) => id === wanted.format);
  const isTable = ['csv', 'tsv'].includes(wanted.format);
  return (
    <Part title={words.exportTitle} lead={words.exportLead}>
      <OptionCards
        label={words.chooseFormat}
        small
        value={wanted.format}
        onChange={(format) => setWanted({ ...wanted, format, raw: false })}
        options={writes.map((format) => ({
          value: format.id,
          title: format.title,
          text: isLossless(format) ? words.lossless : words.loses(format.drops.length),
        }))}
      />
      {chosen && <Loss projectId={projectId} format={chosen} />}
      <RadioRow
        label={words.only}
        value={wanted.only}
        onChange={(only) => setWanted({ ...wanted, only })}
        options={[
          { value: 'all', title: words.onlys.all },
          { value: 'annotated', title: words.onlys.annotated },
        ]}
      />
      <ViewPart wanted={wanted} onChange={setWanted} />
      <MomentPart wanted={wanted} onChange={setWanted} />
      {isTable && (
        <CheckField
          label={words.raw}
          hint={words.rawHint}
          checked={wanted.raw}
          onChange={(raw) => setWanted({ ...wanted, raw })}
        />
      )}
      {start.error && <Failed error={start.error} />}
      <div>
        <Button look="main" icon="download" busy={start.isPending} onClick={() => start.mutate()}>
          {words.make}
        </Button>
      </div>
    </Part>
  );
}

const isLossless = ({ lossless, drops }: FileFormat) => lossless || drops.length === 0;

/** What of this very project the file will not have, before it is made. */
function Loss({ projectId, format }: { projectId: string; format: FileFormat }) {
  const { data } = useQuery(exportLosses(projectId, format.id));
  if (!data) return null;
  if (data.length === 0) return <p className={styles.quiet}>{words.losesNothing}</p>;
  return (
    <Notice>
      {words.losesOf(format.title)}
      <ul className={styles.loss}>
        {data.map(({ kind, text }) => (
          <li key={kind}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}
