import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { policyPreview, type PolicyPreview } from '../../api/lead/policy';
import type { Policy } from '../../api/lead/quality';
import { asProblem, type Problem } from '../../api/problem';
import { incompleteIn } from './incomplete';
import { fieldOf, type Mark } from './marks';

const PAUSE_MS = 400;

export interface DryRun {
  /** What the draft would do; while it is counted anew, what was last known. */
  preview: PolicyPreview | null;
  /** The numbers are not those of the draft yet. */
  counting: boolean;
  marks: readonly Mark[];
  /** Half-written settings keep the server from being asked. */
  incomplete: boolean;
  /** Why the draft cannot be put in force, or the numbers could not be had. */
  problem: Problem | null;
  again: () => void;
}

/** Asks what the draft would do, a moment after the last change. */
export function usePreview(projectId: string, document: Policy): DryRun {
  const [settled, setSettled] = useState(document);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(document), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [document]);
  const unfinished = useMemo(() => incompleteIn(document), [document]);
  const incomplete = unfinished.length > 0;
  const query = useQuery({
    ...policyPreview(projectId, settled),
    enabled: incompleteIn(settled).length === 0,
    placeholderData: keepPreviousData,
  });
  const current = !incomplete && JSON.stringify(settled) === JSON.stringify(document);
  const problem = current && query.error ? asProblem(query.error) : null;
  return {
    preview: query.data ?? null,
    counting: !incomplete && !problem && (!current || query.isFetching || query.isPlaceholderData),
    marks: useMemo(
      () => [...unfinished, ...refusedAt(problem), ...warningsOf(query.data)],
      [unfinished, problem, query.data],
    ),
    incomplete,
    problem,
    again: () => void query.refetch(),
  };
}

/** A refusal that names a setting is shown there. */
export function refusedAt(problem: Problem | null): Mark[] {
  if (!problem?.field || problem.status !== 422) return [];
  const message = [problem.message, problem.action].filter(Boolean).join(' ');
  return [{ field: fieldOf(problem.field), message, tone: 'error' }];
}

const warningsOf = (preview: PolicyPreview | undefined): Mark[] =>
  (preview?.warnings ?? []).map(({ field, message }) => ({
    field: fieldOf(field),
    message,
    tone: 'warn',
  }));
