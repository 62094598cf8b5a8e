import type { BranchCommit } from '../../model/snapshot.ts';
import type { Client } from '../client.ts';
import { tolerate } from '../errors.ts';
import type { Port } from '../port.ts';

/** Reading of git's history: what main has, and what a branch would bring. */

interface WholeCommit {
  commit: { message: string };
  author: { login?: string } | null;
  parents: unknown[];
  files?: { filename: string; previous_filename?: string }[];
}

export function historyReadingOf({ rest }: Client): Pick<Port, 'isAncestor' | 'commitsBetween'> {
  return {
    async isAncestor(commit, of) {
      const compared = await tolerate(404, () =>
        rest<{ status: string }>('compare commits', 'GET /compare/{basehead}', {
          basehead: `${commit}...${of}`,
          per_page: 1,
        }),
      );
      return compared?.status === 'ahead' || compared?.status === 'identical';
    },
    async commitsBetween(base, head, most) {
      const compared = await tolerate(404, () =>
        rest<{ total_commits: number; commits: { sha: string }[] }>(
          'list commits',
          'GET /compare/{basehead}',
          {
            basehead: `${base}...${head}`,
            per_page: most,
          },
        ),
      );
      if (!compared || compared.total_commits > most) return null;
      return Promise.all(
        compared.commits.map(async ({ sha }): Promise<BranchCommit> => {
          const one = await rest<WholeCommit>('read a commit', 'GET /commits/{ref}', {
            ref: sha,
            per_page: 2,
          });
          return {
            message: one.commit.message,
            login: one.author?.login ?? null,
            parents: one.parents.length,
            paths: (one.files ?? []).flatMap(({ filename, previous_filename: old }) =>
              old === undefined ? [filename] : [filename, old],
            ),
          };
        }),
      );
    },
  };
}
