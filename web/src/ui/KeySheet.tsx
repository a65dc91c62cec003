import { Fragment } from 'react';
import { Dialog } from './Dialog';
import { conflictsOf, keyName, type KeyBinding } from './keys';
import styles from './KeySheet.module.css';

/** The keys of this page, made from the very table that makes them work. */
export function KeySheet({
  bindings,
  onClose,
}: {
  bindings: readonly KeyBinding[];
  onClose: () => void;
}) {
  const groups = groupsOf(bindings);
  const conflicts = conflictsOf(bindings);
  const close = { id: 'sheet.close', keys: ['?'], title: 'Close', group: '', run: onClose };
  return (
    <Dialog title="Keys on this page" onClose={onClose} keys={[close]}>
      <div className={styles.groups}>
        {[...groups].map(([group, rows]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {rows.map((row) => (
                <Fragment key={row.id}>
                  <dt>
                    {row.keys.map((key) => (
                      <kbd key={key}>{keyName(key)}</kbd>
                    ))}
                  </dt>
                  <dd>
                    {row.title}
                    {row.remark && <small>{row.remark}</small>}
                    {row.keys.some((key) => conflicts.has(key)) && (
                      <small>Wanted twice; the first one listed gets it.</small>
                    )}
                  </dd>
                </Fragment>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

function groupsOf(bindings: readonly KeyBinding[]): Map<string, KeyBinding[]> {
  const groups = new Map<string, KeyBinding[]>();
  for (const binding of bindings) {
    groups.set(binding.group, [...(groups.get(binding.group) ?? []), binding]);
  }
  return groups;
}
