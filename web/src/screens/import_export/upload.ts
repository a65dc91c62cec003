import type { Job } from '../../api/lead/jobs';
import { asProblem, Problem, unreachable } from '../../api/problem';
import { given } from '../../api/server';
import type { ProblemBody } from '../../api/types';
import type { ImportRules } from './queue';

interface Sending {
  projectId: string;
  file: File;
  /** Empty: the server detects it. */
  format: string;
  rules: ImportRules;
  csrfToken: string;
  onSent: (bytes: number) => void;
}

/** Sends a file as the body of a request; XMLHttpRequest, because fetch does not tell how far it is. */
export function sendFile({
  projectId,
  file,
  format,
  rules,
  csrfToken,
  onSent,
}: Sending): Promise<Job> {
  const query = new URLSearchParams(given({ filename: file.name, format, ...asText(rules) }));
  const request = new XMLHttpRequest();
  request.open(
    'POST',
    `/api/v1/projects/${encodeURIComponent(projectId)}/imports?${query.toString()}`,
  );
  request.setRequestHeader('Content-Type', 'application/octet-stream');
  request.setRequestHeader('Accept', 'application/json');
  request.setRequestHeader('X-CSRF-Token', csrfToken);
  request.upload.addEventListener('progress', (event) => onSent(event.loaded));
  return new Promise((resolve, reject) => {
    request.addEventListener('load', () => {
      try {
        resolve(answerOf(request.status, request.responseText));
      } catch (error) {
        reject(asProblem(error));
      }
    });
    request.addEventListener('error', () => reject(unreachable()));
    request.addEventListener('abort', () => reject(unreachable()));
    request.send(file);
  });
}

const asText = (rules: ImportRules) => ({
  ...rules,
  update_annotated: String(rules.update_annotated),
});

/** The job, or the problem that the server names. */
export function answerOf(status: number, text: string): Job {
  const body = readJson(text);
  if (status >= 200 && status < 300 && body !== null) return body as Job;
  throw new Problem(status, (body as ProblemBody | null) ?? {});
}

function readJson(text: string): ProblemBody | Job | null {
  try {
    return JSON.parse(text) as ProblemBody | Job;
  } catch {
    return null; // Something between here and the server answered; the status says it all.
  }
}
