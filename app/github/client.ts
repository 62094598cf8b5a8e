import type { Octokit } from '@octokit/core';
import { shownBeside } from '../../core/partial-answer.ts';
import { asPortError, refusesOnly } from './errors.ts';

/** The only file here that knows Octokit. */

export interface Where {
  owner: string;
  name: string;
  /** Number of the App, to ask for its check suites alone; null without one. */
  appId: number | null;
  /** Login of the bot whose check runs count, for a reader who is not the bot. Left out: the reader. */
  bot?: string;
}

/** Any Octokit will do: Probot's and the plain one. */
export type Octokits = Pick<Octokit, 'request' | 'graphql'>;

export interface Client {
  where: Where;
  /** `what` names the deed in errors: "could not <what>". */
  graphql: <T>(what: string, query: string, variables?: Record<string, unknown>) => Promise<T>;
  /** The same of several mutations, where GitHub may refuse `parts`: those are null, the others are done. */
  mutate: <T>(
    what: string,
    query: string,
    variables: Record<string, unknown>,
    parts: readonly string[],
  ) => Promise<T>;
  /** A request below the repository, e.g. `GET /actions/runs/{run_id}`; the data of the answer. */
  rest: <T>(what: string, route: string, parameters?: Record<string, unknown>) => Promise<T>;
}

export function clientOf(octokit: Octokits, where: Where): Client {
  const { owner, name } = where;
  return {
    where,
    async graphql<T>(what: string, query: string, variables: Record<string, unknown> = {}): Promise<T> {
      try {
        return await octokit.graphql<T>(query, { owner, name, ...variables });
      } catch (error) {
        const data = shownBeside<T>(error);
        if (data !== null) return data;
        throw asPortError(what, error);
      }
    },
    async mutate<T>(
      what: string,
      query: string,
      variables: Record<string, unknown>,
      parts: readonly string[],
    ): Promise<T> {
      try {
        return await octokit.graphql<T>(query, { owner, name, ...variables });
      } catch (error) {
        const { data } = error as { data?: T };
        if (data && refusesOnly(parts, error)) return data;
        throw asPortError(what, error);
      }
    },
    async rest<T>(what: string, route: string, parameters: Record<string, unknown> = {}): Promise<T> {
      const [method, path] = route.split(' ') as [string, string];
      try {
        const response = await octokit.request(`${method} /repos/{owner}/{repo}${path}`, {
          owner,
          repo: name,
          ...parameters,
        });
        return response.data as T;
      } catch (error) {
        throw asPortError(what, error);
      }
    },
  };
}
