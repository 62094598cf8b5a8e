import type { Bot } from './bot.ts';
import { JOINING_TITLE, joiningBody } from './decide/joining.ts';
import type { Port } from './github/port.ts';
import { unanswered } from './intake/asked.ts';
import { lookFromTitle } from './intake/from-webhook.ts';
import { experimentsDue, parseLeaderboard } from './intake/leaderboard.ts';
import { look } from './model/event.ts';
import { ISSUE_LABELS, JOINING_LABEL, LABELS } from './model/tag.ts';

export interface Swept {
  /** Requests that were looked at. */
  pulls: number[];
  /** Measured runs whose ends were looked up. */
  runs: number;
}

/** Looks at everything: main's baseline, every open request, and whatever recent runs belong to. Lost webhooks cost no result. */
export async function sweepRepository({ port, serial, refreshPages }: Bot): Promise<Swept> {
  const pulls = await port.openPulls();
  const audited = await pullsDue(port);
  const runs = await port.recentRuns();
  const asking = unanswered(await port.recentTalk());
  serial.ask(look({ kind: 'baseline', track: null }));
  for (const number of new Set([...pulls, ...asking, ...audited])) serial.ask(look({ kind: 'pull', number }));
  for (const run of runs) {
    const asked = lookFromTitle(run.title);
    if (asked) serial.ask(asked);
  }
  await serial.idle();
  await refreshPages();
  return { pulls, runs: runs.length };
}

/** Requests with audits that wait, or with verdicts to be looked at again, whatever their state. */
async function pullsDue(port: Port): Promise<number[]> {
  const { main } = await port.readBaseline();
  return experimentsDue(parseLeaderboard(main.leaderboard)).map(({ pull }) => pull);
}

/** The labels exist before the first verdict, and people find where they confirm that they take part. */
export async function prepareRepository({ port }: Bot): Promise<void> {
  const { repository } = await port.readBaseline();
  await port.ensureLabels(repository, [...LABELS, ...ISSUE_LABELS, JOINING_LABEL]);
  await port.keepIssue({ title: JOINING_TITLE, body: joiningBody(), label: JOINING_LABEL });
}
