import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../testing/town/agent.ts';
import { REPO, type Town } from '../testing/town/town.ts';
import { earnedBefore } from './credits.ts';
import {
  AFTERNOON,
  byTheClock,
  EVENING,
  IMPROVEMENT,
  MEANWHILE,
  MORNING,
  NOON,
  REGRESSION,
  type Request,
  TRIES,
} from './requests.ts';
import { adopted, look, type PullView, settled, typicalSeconds, type View } from './watch.ts';

const POLL_MS = 1500;
const QUIET_POLLS = 4;
/** Nothing is measured and nothing changes for so long: what is not decided by then never will be. */
const STILL_MS = 90_000;

/** A part of the demo, and how long it took. */
export type Phase = { name: string; seconds: number };

/**
 * Plays the day: agents fork, push and open what `requests.ts` says, then wait until every pull request is decided.
 * @param onView gets the current state every second and a half
 * @param machines repositories of lent machines
 */
export async function playDay(
  town: Town,
  folder: string,
  onView: (view: View) => void,
  machines: { owner: string; repo: string }[] = [],
): Promise<{ view: View; phases: Phase[] }> {
  const phases: Phase[] = [];
  let begun = performance.now();
  const ended = (name: string) => {
    phases.push({ name, seconds: Math.round((performance.now() - begun) / 1000) });
    begun = performance.now();
  };
  await mkdir(folder, { recursive: true });
  await earnedBefore(town, { ada: 250 });
  const agents = new Map<string, Agent>();
  const early = [...MORNING, ...NOON, ...MEANWHILE];
  for (const { agent } of [...early, byTheClock(1, 0), ...AFTERNOON, ...EVENING]) {
    if (!agents.has(agent))
      agents.set(agent, await Agent.join(town.url, agent, REPO, folder, await town.tokenOf(agent)));
  }
  const push = async ({ agent: login, name, title, from, files }: Request) => {
    const agent = agents.get(login)!;
    const commit = from ? await agent.fetch(from) : 'origin/main';
    const read = (path: string) => agent.read(commit, path);
    const original = {
      'train/train.py': await read('train/train.py'),
      'train/prepare.py': await read('train/prepare.py'),
    };
    await agent.push(name, title, files(original), commit);
  };
  for (const request of early) await push(request);

  const numbers = new Map<string, number>();
  const open = async ({ name, agent, title, body }: Request) => {
    numbers.set(name, await agents.get(agent)!.open(name, title, body));
  };
  const dawn = Date.now();
  const until = async (done: (view: View) => boolean): Promise<View> => {
    let [last, since] = ['', Date.now()];
    for (;;) {
      // On a busy machine the day is long: GitHub answers 5,000 requests an hour.
      await sleep(Math.max(POLL_MS, (Date.now() - dawn) / 200));
      const view = await look(town.onlooker, REPO, machines);
      onView(view);
      if (view.alarms.length > 0) throw new Error(`the bot asks for a maintainer: ${view.alarms.join('; ')}`);
      if (done(view)) return view;
      const now = JSON.stringify(view);
      if (now !== last || view.runs.length > 0) [last, since] = [now, Date.now()];
      else if (Date.now() - since > STILL_MS)
        throw new Error(`nothing goes on, and not all is decided: ${now}`);
    }
  };
  const all = (view: View, requests: Request[], is: (pull: PullView) => boolean) =>
    requests.every(({ name }) => view.pulls.some((pull) => pull.number === numbers.get(name) && is(pull)));
  const either = (pull: PullView) => settled(pull) || adopted(pull);

  ended('agents fork and push');
  for (const request of MORNING) await open(request);
  const awaited = MORNING.filter(({ name }) => name === IMPROVEMENT || name === REGRESSION);
  await until((view) => all(view, awaited, settled));
  ended('the first incumbent, first pull requests, one large gain is certified by itself');

  for (const request of NOON) await open(request);
  let fooled = false;
  for (let attempt = 1; !fooled && attempt <= TRIES; attempt++) {
    // It is measured without waiting: audits, which take what is free, are over first.
    let quiet = 0;
    const view = await until((view) => {
      quiet = view.runs.length === 0 ? quiet + 1 : 0;
      return quiet >= QUIET_POLLS && all(view, NOON, settled);
    });
    const request = byTheClock(attempt, Date.now() / 1000 + afterTwoLooks(view, attempt));
    await push(request);
    await open(request);
    const end = await until((view) => all(view, [request], settled));
    fooled = all(end, [request], ({ labels }) => labels.includes('not-held'));
  }
  ended('a file that fools two owners is adopted and refuted');

  for (const request of AFTERNOON) await push(request);
  for (const request of AFTERNOON) await open(request);
  await until((view) => AFTERNOON.some((request) => all(view, [request], either)));
  // From here on one change is measured at a time: the other machine has half a minute.
  for (const request of MEANWHILE) await open(request);
  await until((view) => all(view, AFTERNOON, either));
  ended('two small gains are adopted, the second one composed');

  for (const request of EVENING) await push(request);
  for (const request of EVENING) await open(request);
  // Audits come after the verdicts.
  const view = await until((view) => view.pulls.every(settled) && view.runs.length === 0);
  ended('a third one on top, all three are certified at once, audits');
  return { view, phases };
}

/**
 * Seconds from a pull request's opening until two owners have looked and the fresh runs of its certification have not all begun:
 * between 1.4 and 3.4 runs, and what the bot takes in between. Later with each attempt, since too late would be certified.
 */
function afterTwoLooks(view: View, attempt: number): number {
  return (1.5 + 0.5 * attempt) * typicalSeconds(view) + 6;
}
