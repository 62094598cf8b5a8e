import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from '../testing/town/agent.ts';
import { REPO, type Town } from '../testing/town/town.ts';
import {
  AFTERNOON,
  EVENING,
  type Files,
  gamble,
  IMPROVEMENT,
  MORNING,
  REGRESSION,
  type Request,
  TRIES,
} from './requests.ts';
import { look, settled, type View } from './watch.ts';

const POLL_MS = 1500;
/** Pull requests that the gambler opens at once: one per machine. */
const AT_ONCE = 2;

/** A part of the demo, and how long it took. */
export type Phase = { name: string; seconds: number };

/**
 * Plays the day: agents fork, push and open what `requests.ts` says, then wait until every pull request is decided.
 * @param onView gets the current state every second and a half
 */
export async function playDay(
  town: Town,
  folder: string,
  onView: (view: View) => void,
): Promise<{ view: View; phases: Phase[] }> {
  const phases: Phase[] = [];
  let begun = performance.now();
  const ended = (name: string) => {
    phases.push({ name, seconds: Math.round((performance.now() - begun) / 1000) });
    begun = performance.now();
  };
  await mkdir(folder, { recursive: true });
  const known = [...MORNING, ...AFTERNOON, ...EVENING];
  const tickets = Array.from({ length: TRIES }, (_, i) => gamble(i + 1));
  const agents = new Map<string, Agent>();
  for (const { agent } of [...known, ...tickets]) {
    if (!agents.has(agent)) agents.set(agent, await Agent.join(town.url, agent, REPO, folder));
  }
  const original = await originalFiles(join(folder, `clone-${known[0]!.agent}`));
  const push = (request: Request) =>
    agents.get(request.agent)!.push(request.name, request.title, request.files(original));
  for (const request of known) await push(request);

  const numbers = new Map<string, number>();
  const open = async ({ name, agent, title, body }: Request) => {
    numbers.set(name, await agents.get(agent)!.open(name, title, body));
  };
  const until = async (done: (view: View) => boolean): Promise<View> => {
    for (;;) {
      await sleep(POLL_MS);
      const view = await look(town.onlooker, REPO);
      onView(view);
      if (view.alarms.length > 0) throw new Error(`the bot asks for a maintainer: ${view.alarms.join('; ')}`);
      if (done(view)) return view;
    }
  };
  const isSettled = (view: View, name: string) =>
    view.pulls.some((pull) => pull.number === numbers.get(name) && settled(pull));
  const isConfirming = (view: View, name: string) =>
    view.runs.some((run) => run.pull === numbers.get(name) && run.stage === 'confirm');

  ended('agents fork and push');
  for (const request of MORNING) await open(request);
  await until((view) => isSettled(view, IMPROVEMENT) && isSettled(view, REGRESSION));
  ended('the first incumbent, first pull requests, a merge');
  for (const request of AFTERNOON) await open(request);
  // The gambler tries again until a first run is lucky. A rule of one better run would then merge.
  let tries = 0;
  for (let lucky = false; !lucky && tries < TRIES; ) {
    const opened = tickets.slice(tries, tries + AT_ONCE);
    for (const ticket of opened) {
      await push(ticket);
      await open(ticket);
    }
    tries += opened.length;
    const isDecided = (view: View) =>
      opened.some(({ name }) => isConfirming(view, name)) ||
      opened.every(({ name }) => isSettled(view, name));
    const view = await until(isDecided);
    lucky = opened.some(({ name }) => isConfirming(view, name));
  }
  ended('a lucky first run');
  for (const request of EVENING) await open(request);
  const all = known.length + tries;
  // Audits come after the verdicts.
  const view = await until(
    (view) => view.pulls.length === all && view.pulls.every(settled) && view.runs.length === 0,
  );
  ended('luck refused, a second merge, audits');
  return { view, phases };
}

async function originalFiles(clone: string): Promise<Files> {
  const read = (path: string) => readFile(join(clone, path), 'utf8');
  return {
    'train/train.py': await read('train/train.py'),
    'train/prepare.py': await read('train/prepare.py'),
  };
}
