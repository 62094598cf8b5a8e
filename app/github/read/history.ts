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

interface Compared {
  status: string;
  total_commits: number;
  commits: { sha: string }[];
}

const PAGE = 100;
/** A chain of 24 links, each with the commits of its branch, and a branch on top. */
const ON_FRONTIER = 3 * PAGE;

export function historyReadingOf({ rest }: Client): Pick<Port, 'isAncestor' | 'commitsBetween'> {
  function compare(what: string, base: string, head: string, page: object): Promise<Compared | null> {
    return tolerate(404, () =>
      rest<Compared>(what, 'GET /compare/{basehead}', { basehead: `${base}...${head}`, ...page }),
    );
  }

  /** The commits that `head` has and `base` has not; null when there are more than `most`, or GitHub does not say. */
  async function namesBetween(base: string, head: string, most: number): Promise<string[] | null> {
    const names: string[] = [];
    const size = Math.min(most, PAGE);
    for (let page = 1; ; page += 1) {
      const compared = await compare('list commits', base, head, { per_page: size, page });
      if (!compared || compared.total_commits > most) return null;
      names.push(...compared.commits.map(({ sha }) => sha));
      if (compared.commits.length === 0 || names.length >= compared.total_commits) return names;
    }
  }

  /** Those that the branch did not get with the links it stands on. Of main it may have got more than these have. */
  async function ownNames(base: string, head: string, most: number, frontiers: string[][]) {
    if (frontiers.length === 0) return namesBetween(base, head, most);
    let own = await namesBetween(base, head, ON_FRONTIER);
    for (const links of frontiers) {
      const below = links.findLast((link) => own?.includes(link));
      if (below === undefined) continue;
      const beyond = await namesBetween(below, head, ON_FRONTIER);
      own = own && beyond && own.filter((name) => beyond.includes(name));
    }
    return own;
  }

  return {
    async isAncestor(commit, of) {
      const compared = await compare('compare commits', commit, of, { per_page: 1 });
      return compared?.status === 'ahead' || compared?.status === 'identical';
    },
    async commitsBetween(base, head, most, frontiers = []) {
      const names = await ownNames(base, head, most, frontiers);
      if (names === null || names.length > most) return null;
      return Promise.all(
        names.map(async (sha): Promise<BranchCommit> => {
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
