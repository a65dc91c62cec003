import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  changeLabelConfig,
  labelConfig,
  previewLabelConfig,
  type LabelConfigChange,
  type LabelMapping,
} from '../../api/lead/label_config';
import { announce } from '../../ui/announcer';
import { mappingOf } from './ConfigChange';
import { words } from './words';

interface Draft {
  content: string;
  set: (content: string) => void;
  forget: () => void;
}

/** A label config on its way: first its dry run, then, with the mapping that was looked at, the change. */
export function useConfigChange(projectId: string, draft: Draft) {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const [looked, setLooked] = useState<{ xml: string; found: LabelConfigChange } | null>(null);
  const look = useMutation({
    mutationFn: (mapping: LabelMapping | null) =>
      previewLabelConfig(projectId, { label_config: draft.content, mapping }),
    onSuccess: (found) => setLooked({ xml: draft.content, found }),
  });
  // A dry run of another text says nothing about this one.
  const seen = looked?.xml === draft.content ? looked.found : null;
  const save = useMutation({
    mutationFn: (mapping: LabelMapping) =>
      changeLabelConfig(projectId, { label_config: draft.content, note: note.trim(), mapping }),
    onSuccess: (saved) => {
      draft.forget();
      setLooked(null);
      client.setQueryData(labelConfig(projectId).queryKey, saved);
      announce(words.saved);
      return client.invalidateQueries({ queryKey: ['project', projectId] });
    },
  });
  return {
    seen,
    refused: save.error ?? look.error,
    busy: look.isPending || save.isPending,
    note,
    setNote,
    look: look.mutate,
    edit: (content: string) => {
      look.reset();
      save.reset();
      draft.set(content);
    },
    next: () => {
      if (seen) save.mutate(mappingOf(seen));
      else look.mutate(null);
    },
  };
}
