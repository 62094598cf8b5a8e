import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from './agent.ts';
import { comment } from './report.ts';
import {
  AFTERNOON,
  type Files,
  gamble,
  IMPROVEMENT,
  MORNING,
  REGRESSION,
  type Request,
  TRIES,
} from './requests.ts';
import { PLACE, type Town } from './town.ts';
import { look, settled, type View } from './watch.ts';

const POLL_MS = 1500;
/** The bot's comment lists a confirming run: exploring was promising. */
const CONFIRMED = /^\| confirm \d/m;

/**
 * Plays the day: agents fork, push and open what `requests.ts` says, then wait until every request is settled.
 * @param onView is shown the present state every second and a half
 */
export async function playDay(town: Town, folder: string, onView: (view: View) => void): Promise<View> {
  await mkdir(folder, { recursive: true });
  const known = [...MORNING, ...AFTERNOON];
  const all = [...known, ...Array.from({ length: TRIES }, (_, i) => gamble(i + 1))];
  const agents = new Map<string, Agent>();
  for (const { agent } of all) {
    if (!agents.has(agent)) agents.set(agent, await Agent.join(town.url, agent, PLACE, folder));
  }
  const original = await originalFiles(join(folder, `clone-${all[0]!.agent}`));
  for (const request of all) {
    await agents.get(request.agent)!.push(request.name, request.title, request.files(original));
  }

  const numbers = new Map<string, number>();
  const open = async (request: Request) => {
    numbers.set(
      request.name,
      await agents.get(request.agent)!.open(request.name, request.title, request.body),
    );
  };
  let polling: Promise<View> | null = null;
  /** The next view, one for all who wait. */
  const nextView = (): Promise<View> => {
    polling ??= sleep(POLL_MS)
      .then(() => look(town.octokit, PLACE))
      .then((view) => {
        onView(view);
        if (view.alarms.length > 0)
          throw new Error(`the bot asks for a maintainer: ${view.alarms.join('; ')}`);
        return view;
      })
      .finally(() => {
        polling = null;
      });
    return polling;
  };
  const until = async (done: (view: View) => boolean): Promise<View> => {
    for (;;) {
      const view = await nextView();
      if (done(view)) return view;
    }
  };
  const isSettled = (view: View, name: string) =>
    view.pulls.some((pull) => pull.number === numbers.get(name) && settled(pull));

  for (const request of MORNING) await open(request);
  // The gambler tries again until a first run is lucky, which is all that merging on one better run would ask for.
  const gambling = async (): Promise<number> => {
    for (let attempt = 1; ; attempt += 1) {
      const { name } = gamble(attempt);
      await open(gamble(attempt));
      await until((view) => isSettled(view, name));
      const said = await comment(town.octokit, PLACE, numbers.get(name)!, town.bot);
      if (attempt === TRIES || CONFIRMED.test(said)) return attempt;
    }
  };
  const afternoon = async (): Promise<void> => {
    await until((view) => isSettled(view, IMPROVEMENT) && isSettled(view, REGRESSION));
    for (const request of AFTERNOON) await open(request);
  };
  const [tries] = await Promise.all([gambling(), afternoon()]);
  return until((view) => view.pulls.length === known.length + tries && view.pulls.every(settled));
}

async function originalFiles(clone: string): Promise<Files> {
  const read = (path: string) => readFile(join(clone, path), 'utf8');
  return {
    'train/train.py': await read('train/train.py'),
    'train/prepare.py': await read('train/prepare.py'),
  };
}
