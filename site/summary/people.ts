import type { Badge, Person as Badged } from '../../core/credits/badges.ts';
import type { Ledger } from '../../core/formats/ledger.ts';
import { type Credits, creditsOf } from './credits.ts';
import type { Experiment } from './experiments.ts';
import type { Summary } from './summary.ts';

/** Everybody who wrote an experiment or lent a machine: what they tried, measured and earned. */
export interface Person {
  /** As it was last written. */
  login: string;
  /** Their experiments by track, the oldest first. */
  tracks: Map<string, Experiment[]>;
  machines: Lent[];
  /** Null for those who have earned none. */
  credits: Credits | null;
  badges: Badge[];
}

export interface Lent {
  track: string;
  machine: string;
  runs: number;
  hours: number;
  /** Day of the last verdict that it had a run in. */
  last: string;
}

/** By login in lower case, the last seen last. Logins are names that strangers chose: `constructor` is one. */
export function peopleOf(
  summaries: readonly Summary[],
  ledger: Ledger | null,
  badged: readonly Badged[],
): Map<string, Person> {
  const people = new Map<string, Person>();
  const machines = new Map<string, Map<string, Lent>>();
  const seen = (login: string): Person => {
    const key = login.toLowerCase();
    const person = people.get(key) ?? { login, tracks: new Map(), machines: [], credits: null, badges: [] };
    people.delete(key);
    people.set(key, person);
    return Object.assign(person, { login });
  };
  for (const { track, experiments } of summaries)
    for (const one of experiments) {
      const { tracks } = seen(one.author);
      const tried = tracks.get(track);
      if (tried) tried.push(one);
      else tracks.set(track, [one]);
      for (const [, owner, machine, , , seconds] of one.runs) {
        seen(owner);
        const lent = machines.get(owner.toLowerCase()) ?? new Map<string, Lent>();
        machines.set(owner.toLowerCase(), lent);
        const key = `${track} ${machine}`;
        const before = lent.get(key) ?? { track, machine, runs: 0, hours: 0, last: '' };
        const { runs, hours } = before;
        lent.set(key, {
          ...before,
          runs: runs + 1,
          hours: hours + seconds / 3600,
          last: one.at.slice(0, 10),
        });
      }
    }
  for (const [login, lent] of machines) people.get(login)!.machines = [...lent.values()];
  for (const [login, credits] of ledger ? creditsOf(ledger) : []) {
    const person = people.get(login);
    if (person) person.credits = credits;
  }
  for (const { login, badges } of badged) {
    const person = people.get(login.toLowerCase());
    if (person) person.badges = badges;
  }
  return people;
}
