import { useQuery } from '@tanstack/react-query';
import { presets } from '../../api/lead/policy';
import type { Policy } from '../../api/lead/quality';
import { Button } from '../../ui/Button';
import { Part } from '../../ui/Part';
import { offerUndo } from '../../ui/Undo';
import { Loaded } from '../parts/Loaded';
import styles from './Policy.module.css';
import { words } from './words';

interface Props {
  policy: Policy;
  onLoad: (policy: Policy) => void;
}

/** Policies to begin with. The price is the project's own, whatever one begins with. */
export function PresetsPart({ policy, onLoad }: Props) {
  const query = useQuery(presets);
  return (
    <Part title={words.presets} lead={words.presetsLead}>
      <Loaded query={query} lines={[90, 80]}>
        {(all) => (
          <ul className={styles.presets}>
            {all.map(({ id, title, description, document }) => (
              <li key={id}>
                <h3>{title}</h3>
                <p className={styles.quiet}>{description}</p>
                <div>
                  <Button
                    onClick={() => {
                      onLoad({ ...document, price_per_annotation: policy.price_per_annotation });
                      offerUndo(words.presetUsed(title), () => onLoad(policy));
                    }}
                  >
                    {words.usePreset(title)}
                  </Button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Part>
  );
}
