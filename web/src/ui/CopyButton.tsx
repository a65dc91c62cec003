import { useState } from 'react';
import { announce } from './announcer';
import { Button } from './Button';

/** Copies a text; says that it did where the button stands. */
export function CopyButton({ text, children = 'Copy' }: { text: string; children?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return; // The browser did not allow it: the text stands beside and can be selected.
    }
    setCopied(true);
    announce('Copied');
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button icon={copied ? 'check' : 'copy'} onClick={() => void copy()}>
      {copied ? 'Copied' : children}
    </Button>
  );
}
