import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { View } from '../../api/server';
import type { Control, OutlineNode, ResultItem } from '../../api/types';
import { allotKeys } from '../../labels/key_slots';
import { Outline } from '../../labels/outline';
import { loadLabelTypes, type LoadedTypes } from '../../labels/registry';
import styles from './LabelConfigPreview.module.css';

interface Props {
  outline: View['OutlineNode'];
  controls: View['ControlView'][];
  sample: Record<string, unknown>;
}

/** A label config as annotators will see it, drawn by the labeling page's own editors. It can be tried out. */
export function LabelConfigPreview(props: Props) {
  const controls = props.controls as unknown as Control[];
  const kinds = [...new Set(controls.map(({ type }) => type))].sort();
  const types = useQuery({
    queryKey: ['label-types', kinds],
    queryFn: () => loadLabelTypes(kinds),
    staleTime: Infinity,
  });
  if (!types.data) return <div className={styles.preview} />;
  const outline = props.outline as unknown as OutlineNode;
  return <Drawn outline={outline} controls={controls} types={types.data} sample={props.sample} />;
}

interface DrawnProps {
  outline: OutlineNode;
  controls: readonly Control[];
  types: LoadedTypes;
  sample: Record<string, unknown>;
}

function Drawn({ outline, controls, types, sample }: DrawnProps) {
  const [items, setItems] = useState<ResultItem[]>([]);
  const slots = allotKeys(controls, types, new Set());
  const renderControl = (control: Control): ReactNode => {
    const type = types.get(control.type);
    if (!type) return <p>{`“${control.type}” cannot be shown yet.`}</p>;
    return (
      <type.Editor
        control={control}
        items={items.filter((item) => item.from_name === control.name)}
        onChange={(own) =>
          setItems([...items.filter((item) => item.from_name !== control.name), ...own])
        }
        keyOf={(slotId) =>
          slots.find((slot) => slot.control === control && slot.slotId === slotId)?.key ?? null
        }
        missingId={null}
      />
    );
  };
  return (
    <div className={styles.preview}>
      <Outline
        nodes={outline.children}
        data={sample}
        controls={new Map(controls.map((control) => [control.name, control]))}
        renderControl={renderControl}
      />
    </div>
  );
}
