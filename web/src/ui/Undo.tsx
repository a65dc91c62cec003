import { useEffect, useState } from 'react';
import { announce } from './announcer';
import { Button } from './Button';
import { Cell, useCell } from './cell';
import { useKeys } from './keys';
import styles from './Undo.module.css';

/** Something just done that can be taken back. */
interface Offer {
  sentence: string;
  undo: () => void;
}

const offerCell = new Cell<Offer | null>(null);
const SHOWN_MS = 12_000;

/** Says what was done and offers to take it back, instead of asking beforehand. */
export function offerUndo(sentence: string, undo: () => void): void {
  offerCell.set({ sentence, undo });
  announce(`${sentence} Press Backspace to undo.`);
}

/** Where the offer is shown: once on a page that makes any. It goes after a while, unless held. */
export function UndoPlace() {
  const offer = useCell(offerCell);
  const [held, setHeld] = useState(false);
  const undo = () => {
    offerCell.set(null);
    offer?.undo();
  };
  useKeys(
    offer
      ? [{ id: 'undo', keys: ['backspace'], title: 'Undo', group: 'This page', run: undo }]
      : [],
  );
  useEffect(() => {
    if (!offer || held) return;
    const timer = setTimeout(() => offerCell.set(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [offer, held]);
  useEffect(() => () => offerCell.set(null), []);
  if (!offer) return null;
  return (
    <div
      className={styles.offer}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{offer.sentence}</span>
      <Button icon="undo" shortcut="backspace" onClick={undo}>
        Undo
      </Button>
    </div>
  );
}
