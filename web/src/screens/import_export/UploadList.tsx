import { useState } from 'react';
import type { FileFormat } from '../../api/lead/jobs';
import { Button } from '../../ui/Button';
import { ProblemNote } from '../../ui/ProblemNote';
import styles from './ImportExport.module.css';
import { formatByName, type Upload } from './queue';
import { words } from './words';

interface Props {
  uploads: readonly Upload[];
  formats: readonly FileFormat[];
  onAgain: (id: string, format: string) => void;
  onRemove: (id: string) => void;
}

/** The files on their way, with how far each is, or why it did not go. */
export function UploadList({ uploads, formats, onAgain, onRemove }: Props) {
  return (
    <ul className={styles.uploads} aria-label={words.queue}>
      {uploads.map((upload) => (
        <li key={upload.id}>
          <p className={styles.file}>
            <span dir="auto">{upload.file.name}</span>
            <span className={styles.quiet}>
              {`${words.size(upload.file.size)} · ${words.detected(titleOf(upload, formats))}`}
            </span>
          </p>
          {upload.state === 'waiting' && <p className={styles.quiet}>{words.waiting}</p>}
          {upload.state === 'sending' && <Sending upload={upload} />}
          {upload.state === 'failed' && (
            <NotSent upload={upload} formats={formats} onAgain={onAgain} onRemove={onRemove} />
          )}
        </li>
      ))}
    </ul>
  );
}

function titleOf({ file, format }: Upload, formats: readonly FileFormat[]): string | null {
  const id = format || formatByName(file.name, formats);
  return formats.find((one) => one.id === id)?.title ?? null;
}

function Sending({ upload }: { upload: Upload }) {
  const { file, sentBytes } = upload;
  return (
    <div className={styles.sending}>
      <span>{words.sending}</span>
      <span>{words.sent(sentBytes, file.size)}</span>
      <progress
        aria-label={`${words.sending} ${file.name}`}
        value={sentBytes}
        max={Math.max(file.size, 1)}
      />
    </div>
  );
}

function NotSent({
  upload,
  formats,
  onAgain,
  onRemove,
}: { upload: Upload } & Omit<Props, 'uploads'>) {
  const [format, setFormat] = useState(upload.format);
  const { id, file, problem } = upload;
  return (
    <ProblemNote what={problem?.message ?? ''} action={problem?.action}>
      <select
        className={styles.select}
        aria-label={words.formatOf(file.name)}
        value={format}
        onChange={(event) => setFormat(event.target.value)}
      >
        <option value="">{words.detected(null)}</option>
        {formats.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </select>
      <Button onClick={() => onAgain(id, format)}>{words.again}</Button>
      <Button look="quiet" onClick={() => onRemove(id)}>
        {words.remove}
      </Button>
    </ProblemNote>
  );
}
