import { ISSUE_LABELS, JOINING_LABEL, LABELS } from '../../core/formats/labels.ts';
import { experimentsDue, frontierExperiments, parseLeaderboard } from '../../core/formats/leaderboard.ts';
import { JOINING_TITLE, joiningBody } from '../../core/rules/taking-part.ts';
import { type MainReading, PortError } from '../github/port.ts';
import { unanswered } from '../intake/asked.ts';
import { lookFromTitle } from '../intake/from-webhook.ts';
import { leftAlone } from '../intake/swarm.ts';
import { look } from '../model/event.ts';
import type { Bot } from './bot.ts';

export interface Swept {
  /** Pull requests that were looked at. */
  pulls: number[];
  /** Measured runs whose ends were looked up. */
  runs: number;
}

/** The bot has nothing to do in a repository: why, in words that follow its name. */
export interface LeftAlone {
  leftAlone: string;
}

/** What became of each repository, by its full name. */
export type Sweep = Record<string, Swept | { failed: string }>;

/** Prepares a repository and looks at everything in it. */
export async function sweepOne(bot: Bot): Promise<Swept | LeftAlone> {
  const reading = await readSwarm(bot);
  if ('leftAlone' in reading) return reading;
  await bot
    .alone(() => prepareRepository(bot, reading))
    .catch(bot.leftForNextSweep('labels and the joining issue'));
  return sweepRepository(bot, reading);
}

async function readSwarm({ port }: Bot): Promise<MainReading | LeftAlone> {
  try {
    const reading = await port.readMain();
    const why = leftAlone(reading);
    return why === null ? reading : { leftAlone: why };
  } catch (error) {
    if (error instanceof PortError && error.status === 404) return { leftAlone: 'it has no commit yet' };
    throw error;
  }
}

/** Checks everything: main's incumbent, every open pull request, and those that recent runs belong to. Lost webhooks cost no result. */
async function sweepRepository(
  { port, serial, pagesSoon, lastOrders }: Bot,
  { main, bot }: MainReading,
): Promise<Swept> {
  const pulls = await port.openPulls();
  const board = parseLeaderboard(main.leaderboard);
  // Whatever their state: audits that wait, verdicts to be looked at again, what was adopted or composed and is not decided.
  const due = [...experimentsDue(board), ...frontierExperiments(board)].map(({ pull }) => pull);
  const runs = await (await port.actionsAt(null)).recentRuns();
  const unsaid = await port.unsaidPulls();
  const asking = unanswered(await port.recentTalk());
  serial.ask(look({ kind: 'first-incumbent', track: null }));
  for (const number of new Set([...pulls, ...asking, ...unsaid, ...due]))
    serial.ask(look({ kind: 'pull', number }));
  for (const run of runs) {
    const asked = lookFromTitle(run.title);
    if (asked) serial.ask(asked);
  }
  for (const asked of await lastOrders(bot)) serial.ask(asked);
  await serial.idle();
  await pagesSoon.now();
  return { pulls, runs: runs.length };
}

/** The labels exist before the first verdict, and people find where they confirm that they take part. */
async function prepareRepository({ port }: Bot, { repository }: MainReading): Promise<void> {
  await port.ensureLabels(repository, [...LABELS, ...ISSUE_LABELS, JOINING_LABEL]);
  await port.keepIssue({ title: JOINING_TITLE, body: joiningBody(), label: JOINING_LABEL });
}
