import { useEffect } from 'react';

/** The document's title while a page is shown: "Sentiment · Assay". */
export function useTitle(title: string | null | undefined): void {
  useEffect(() => {
    if (title) document.title = `${title} · Assay`;
  }, [title]);
}
