import type { Stage } from '../../api/lead/policy';
import flow from './StageFlow.module.css';
import { conditionSentence, stageSentence } from './sentences';
import { words } from './words';

/** The graph of stages as a table: from where, when, and where to. The first line that holds decides. */
export function StageFlow({ stages }: { stages: readonly Stage[] }) {
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const target = (name: string) => {
    const stage = byName.get(name);
    return stage ? stageSentence(stage) : name;
  };
  return (
    <div className={flow.frame}>
      <table className={flow.flow}>
        <caption className="sr-only">{words.flow}</caption>
        <thead>
          <tr>
            <th scope="col">{words.flowHeads.from}</th>
            <th scope="col">{words.flowHeads.when}</th>
            <th scope="col">{words.flowHeads.to}</th>
          </tr>
        </thead>
        {stages.map((stage, place) => {
          const decided = stage.next.some(({ when }) => conditionSentence(when) === 'always');
          const lines = [
            ...stage.next.map(({ to, when }) => [conditionSentence(when), target(to)] as const),
            ...(decided ? [] : [[words.otherwise, words.done] as const]),
          ];
          return (
            <tbody key={place}>
              {lines.map(([when, to], number) => (
                <tr key={number}>
                  {number === 0 && (
                    <th scope="rowgroup" rowSpan={lines.length} dir="auto">
                      {stage.name}
                    </th>
                  )}
                  <td>{when}</td>
                  <td dir="auto">→ {to}</td>
                </tr>
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}
