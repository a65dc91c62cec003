import { useEffect, useId, useRef, type ReactNode } from 'react';
import { Button } from './Button';
import { useKeys, type KeyBinding } from './keys';
import styles from './Dialog.module.css';

interface Props {
  title: string;
  /** Called by Esc, the cross and a press beside it. Absent: it cannot be closed by these. */
  onClose?: () => void;
  /** `center` floats; `side` is a sheet at the edge (at the bottom on a phone); `top` hangs from above. */
  place?: 'center' | 'side' | 'top';
  /** Hides the heading from sight; it still names the dialog. */
  bare?: boolean;
  /** Keys that work in here; those of the page beneath do not. */
  keys?: readonly KeyBinding[];
  children: ReactNode;
}

const NO_KEYS: readonly KeyBinding[] = [];

/** The browser's own modal dialog: it keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, place = 'center', bare, keys, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useKeys(keys ?? NO_KEYS, true);

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    const before = document.activeElement;
    if (!dialog.open) dialog.showModal();
    // The browser would focus the first button, the cross; Enter is to mean what the dialog says.
    (dialog.querySelector<HTMLElement>('[data-autofocus]') ?? dialog).focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    <dialog
      ref={ref}
      className={`${styles.dialog ?? ''} ${styles[place] ?? ''}`}
      aria-labelledby={id}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault();
        onClose?.();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose?.();
      }}
    >
      <div className={styles.body}>
        <div className={bare ? 'sr-only' : styles.head}>
          <h2 id={id}>{title}</h2>
          {onClose && !bare && (
            <Button look="quiet" icon="close" iconOnly onClick={onClose}>
              Close
            </Button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** The row of buttons that ends a dialog or form; the main one stands last. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
