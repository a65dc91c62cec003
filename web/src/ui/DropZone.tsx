import { useId, useRef, useState, type DragEvent } from 'react';
import { Button } from './Button';
import styles from './DropZone.module.css';

interface Props {
  title: string;
  hint: string;
  button: string;
  onFiles: (files: File[]) => void;
}

/** A place to drop files on; the button in it does the same by keyboard and touch. */
export function DropZone({ title, hint, button, onFiles }: Props) {
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const take = (files: FileList | null | undefined) => {
    if (files && files.length > 0) onFiles([...files]);
  };
  const onDrag = (event: DragEvent) => {
    if (![...event.dataTransfer.types].includes('Files')) return;
    event.preventDefault();
    setOver(true);
  };
  return (
    <div
      className={styles.zone}
      data-over={over || undefined}
      onDragEnter={onDrag}
      onDragOver={onDrag}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <p className={styles.title}>{title}</p>
      <p id={id} className={styles.hint}>
        {hint}
      </p>
      <Button icon="add" aria-describedby={id} onClick={() => input.current?.click()}>
        {button}
      </Button>
      <input
        ref={input}
        type="file"
        aria-label={button}
        multiple
        hidden
        onChange={(event) => {
          take(event.target.files);
          // The same file chosen again is news again.
          event.target.value = '';
        }}
      />
    </div>
  );
}
