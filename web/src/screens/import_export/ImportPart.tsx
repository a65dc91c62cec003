import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { FileFormat } from '../../api/lead/jobs';
import { labelConfig } from '../../api/lead/label_config';
import { DropZone } from '../../ui/DropZone';
import { OptionCards } from '../../ui/OptionCards';
import { Part } from '../../ui/Part';
import styles from './ImportExport.module.css';
import { USUAL_RULES, type ImportMode } from './queue';
import { KnownRowsPart } from './KnownRowsPart';
import { UploadList } from './UploadList';
import { useUploads } from './use_uploads';
import { words } from './words';

const MODES: readonly ImportMode[] = ['all_or_nothing', 'good_rows'];

/** Files dropped here become tasks; what happens at a bad row is chosen before. */
export function ImportPart({
  projectId,
  formats,
}: {
  projectId: string;
  formats: readonly FileFormat[];
}) {
  const [rules, setRules] = useState(USUAL_RULES);
  const config = useQuery(labelConfig(projectId));
  const queue = useUploads(projectId);
  const reads = formats.filter((format) => format.reads);
  const keys = config.data?.data_keys ?? [];
  return (
    <Part title={words.importTitle} lead={words.importLead}>
      <OptionCards
        label={words.mode}
        value={rules.mode}
        onChange={(mode) => setRules({ ...rules, mode })}
        options={MODES.map((value) => ({
          value,
          title: words.modes[value],
          text: words.modeHints[value],
        }))}
      />
      <KnownRowsPart rules={rules} onChange={setRules} />
      <DropZone
        title={words.drop}
        hint={words.dropHint(reads.map(({ title }) => title).join(', '))}
        button={words.choose}
        onFiles={(files) => queue.add(files, rules)}
      />
      {keys.length > 0 && <p className={styles.quiet}>{words.needs(keys.join(', '))}</p>}
      {queue.uploads.length > 0 && (
        <UploadList
          uploads={queue.uploads}
          formats={reads}
          onAgain={queue.again}
          onRemove={queue.remove}
        />
      )}
    </Part>
  );
}
