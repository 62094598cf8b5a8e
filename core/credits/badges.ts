import { type Deed, type Deeds, type Kind, livesOf } from './deeds.ts';

/** Badges of people: pure rules over what happened. Nobody is given one, nobody can hand one on, and anyone can derive them again. */

interface Rule {
  id: string;
  name: string;
  /** What must have happened, for people. */
  criteria: string;
  counts: Kind;
  /** How often it must have happened. */
  needs: number;
}

/** One badge each, in the order in which they are shown. */
export const BADGES = [
  {
    id: 'first-run',
    name: 'First run',
    criteria: "A machine of theirs measured a run of somebody else's experiment.",
    ...{ counts: 'runs', needs: 1 },
  },
  {
    id: 'hundred-runs',
    name: 'Hundred runs',
    criteria: "Their machines measured a hundred runs of other people's experiments.",
    ...{ counts: 'runs', needs: 100 },
  },
  {
    id: 'vouched',
    name: 'Vouched for',
    criteria: "Sixty of their machines' runs were repeated on machines of other owners, which agreed.",
    ...{ counts: 'agreed', needs: 60 },
  },
  {
    id: 'round-the-clock',
    name: 'Round the clock',
    criteria: 'Runs of their machines were part of verdicts in each of the 24 hours of the day (UTC).',
    ...{ counts: 'hours', needs: 24 },
  },
  {
    id: 'confirmed-a-record',
    name: 'Confirmed a record',
    criteria: 'Their machines measured confirming runs of a file that became the record.',
    ...{ counts: 'confirmed', needs: 1 },
  },
  {
    id: 'found-an-outlier',
    name: 'Found an outlier',
    criteria: 'Their machine stood with another against one whose losses could not be trusted.',
    ...{ counts: 'found', needs: 1 },
  },
  {
    id: 'record',
    name: 'Record',
    criteria: 'Their pull request became the record of a track, alone or with the chain that it was part of.',
    ...{ counts: 'records', needs: 1 },
  },
  {
    id: 'shoulders',
    name: 'Shoulders',
    criteria: "Somebody else's record took the place of theirs, or names their experiment in builds-on.",
    ...{ counts: 'shoulders', needs: 1 },
  },
  {
    id: 'honest-negative',
    name: 'Honest negative',
    criteria: 'Three other people named an experiment of theirs that did not improve in builds-on.',
    ...{ counts: 'negatives', needs: 1 },
  },
] as const satisfies Rule[];

export const BADGE_IDS = BADGES.map(({ id }) => id);

export interface Badge extends Deed {
  id: (typeof BADGE_IDS)[number];
  name: string;
  criteria: string;
  /** How often it happened until now. */
  count: number;
}

export interface Person {
  login: string;
  /** `#` and GitHub's number, else `@` and the login. */
  account: string;
  /** Each with when it was first earned, and the experiment that earned it. */
  badges: Badge[];
}

/** Everybody who has earned a badge, by account, in the order in which they were first seen. */
export function badgesOf(deeds: Deeds): Person[] {
  return [...livesOf(deeds)].flatMap(([account, { login, did }]) => {
    if (deeds.without.has(login.toLowerCase())) return [];
    const badges = BADGES.flatMap(({ counts, needs, id, name, criteria }): Badge[] => {
      const earned = did[counts][needs - 1];
      return earned ? [{ ...earned, id, name, criteria, count: did[counts].length }] : [];
    });
    return badges.length > 0 ? [{ login, account, badges }] : [];
  });
}

/** Its name, and how often it was earned where that can be more than once. */
export function badgeTitle({ id, name, count }: Pick<Badge, 'id' | 'name' | 'count'>): string {
  const once: Badge['id'][] = ['first-run', 'hundred-runs', 'vouched', 'round-the-clock'];
  return count > 1 && !once.includes(id) ? `${name} \u00d7${count}` : name;
}
