import { labelColor } from '../colors';
import type { ViewerProps } from '../types';
import styles from './choices.module.css';
import { idOf, leavesOf, pathsOf } from './model';

/** Answers side by side, read-only: whose, and which choices. A choice no longer offered is still shown. */
export function Viewer({ control, layers }: ViewerProps) {
  const leaves = new Map(leavesOf(control).map((leaf) => [idOf(leaf.path), leaf]));
  return (
    <dl className={styles.layers}>
      {layers.map((layer) => (
        <div key={layer.title}>
          <dt>{layer.title}</dt>
          {pathsOf(layer.items).map((path) => {
            const leaf = leaves.get(idOf(path));
            const color = labelColor(leaf?.index ?? 0, leaf?.choice.background ?? null);
            return (
              <dd key={idOf(path)} style={{ ['--label-color' as string]: color }}>
                <span className={styles.swatch} aria-hidden="true" />
                <span dir="auto">
                  {leaf ? [...leaf.within, leaf.choice.label].join(' / ') : path.join(' / ')}
                </span>
              </dd>
            );
          })}
        </div>
      ))}
    </dl>
  );
}
