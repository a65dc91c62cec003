import type { Client } from 'openapi-fetch';
import { api, answer } from './client';
import type { components, paths } from './schema';

/** A request body by its name in the server's OpenAPI document: `Body['NewProject']`. */
export type Body = components['schemas'];

/** What the server sends by its name: `View['ProjectView']`. It sends every field, defaults too. */
export type View = { [Name in keyof Body]: Sent<Body[Name]> };
type Sent<T> = T extends (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Sent<T[Key]> }
    : T;

/** The shell's client, seen through the types that were generated from the server's document. */
export const server: Client<paths> = api;

/** The body of an answer; a failed request throws a Problem instead. */
export const sent = <T>(call: Promise<{ data?: T }>): Promise<Sent<T>> =>
  answer(call) as Promise<Sent<T>>;

/** The path parameters of everything inside a project. */
export const ofProject = (projectId: string) => ({ path: { project_id: projectId } });

/** Without the keys that have nothing to say, so that addresses and queries stay short. */
export function given<T extends object>(query: T): Given<T> {
  const entries = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '' && value !== false,
  );
  return Object.fromEntries(entries) as Given<T>;
}
type Given<T> = { [Key in keyof T]?: Exclude<T[Key], '' | false | null | undefined> };
