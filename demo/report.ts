import { Control } from '@descent-swarm/github-emulator/control.ts';
import type { Octokit } from '@octokit/rest';
import { execa } from 'execa';
import type { Borrowed } from './borrow.ts';
import { balances } from './credits.ts';
import type { Phase } from './day.ts';
import type { PullView } from './watch.ts';

/** What `npm run demo -- --json` prints. */
export type Summary = {
  pulls: {
    number: number;
    title: string;
    state: 'open' | 'closed';
    merged: boolean;
    verdict: string;
    valBpb: number | null;
    reason: string;
    runs: number;
    /** How the repeats of its runs on the other owner's machine ended. */
    audits: string[];
    /** How the scoring of its weights on the other owner's machine ended, for what improved. */
    rescores: string[];
    /** It was on the frontier. */
    adopted: boolean;
    /** Its change was put onto a newer file than it was begun from, and that file was measured. */
    composed: boolean;
    /** Credits that were paid for a run of it that started before its turn, and by whom. */
    paid: { login: string; credits: number }[];
    /** Its first run beat the incumbent, but it was not merged. A rule of one better run would have merged it. */
    lucky: boolean;
  }[];
  /** What was adopted on little evidence, by how it ended: the pull requests of each chain, and the last one, which was measured. */
  frontier: { certified: Chain[]; refuted: Chain[]; open: number[] };
  leaderboard: unknown;
  /** What owners have: credits to spend, and those that nobody has vouched for yet. */
  credits: ReturnType<typeof balances>;
  /** What an owner ran on another's machine, and decrypted. */
  borrowed?: Borrowed;
  /** main since the demo began, the newest first. */
  commits: { sha: string; subject: string }[];
  /** HTTP requests of the bot to GitHub's API. */
  requests: number;
  /** Runs on the machines, and their time together. Two machines measure at once. */
  measurements: number;
  measuringSeconds: number;
  phases: Phase[];
  seconds: number;
};

/** `runs`: fresh ones, of the chain's last file. */
export type Chain = { pulls: number[]; head: number; runs: number };

type Place = { owner: string; repo: string };
type ResultFile = {
  pull: number;
  verdict: string;
  valBpb: number | null;
  reason: { text: string };
  decidedAt: string;
  incumbent: { valBpb: number } | null;
  composedFrom?: string;
  paid?: { login: string; milli: number }[];
  chain?: { pulls: number[]; head: { pull: number } };
  runs: { valBpb: number | null; stage: string }[];
  audits: { outcome: string }[];
  rescores: { outcome: string }[];
};

/** Reads the day's outcome only from the repository: git for results and leaderboard, checks for refusals. */
export async function summarise(
  octokit: Octokit,
  place: Place,
  options: { url: string; clone: string; start: string; pulls: PullView[]; bot: string } & Pick<
    Summary,
    'measurements' | 'measuringSeconds' | 'phases' | 'seconds'
  >,
): Promise<Summary> {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: options.clone })).stdout;
  const paths = (await git('ls-tree', '-r', '--name-only', 'main', 'results/experiments'))
    .split('\n')
    .filter(Boolean);
  const files = await Promise.all(
    paths.map(async (path) => JSON.parse(await git('show', `main:${path}`)) as ResultFile),
  );
  // A composed file has a result beside that of the pull request's own: the last one says how it ended.
  const records = files.toSorted((a, b) => b.decidedAt.localeCompare(a.decidedAt));
  const log = await git('log', '--format=%H %s', `${options.start}..main`);
  const requests = await new Control(options.url).requests();

  const pulls = await Promise.all(
    options.pulls.map(async (pull) => {
      const record = records.find((record) => record.pull === pull.number);
      return {
        number: pull.number,
        title: pull.title,
        state: pull.open ? ('open' as const) : ('closed' as const),
        merged: pull.merged,
        verdict: record?.verdict ?? refusalVerdict(pull),
        valBpb: record?.valBpb ?? null,
        runs: record?.runs.length ?? 0,
        audits: record?.audits.map((audit) => audit.outcome) ?? [],
        rescores: record?.rescores.map((one) => one.outcome) ?? [],
        adopted: record?.verdict === 'adopted' || record?.chain !== undefined,
        composed: record?.composedFrom !== undefined,
        paid: record?.paid?.map(({ login, milli }) => ({ login, credits: milli / 1000 })) ?? [],
        lucky: record !== undefined && wasLucky(record) && !pull.merged,
        reason: record?.reason.text ?? (await comment(octokit, place, pull.number, options.bot)),
      };
    }),
  );
  const open = pulls.filter(({ verdict }) => verdict === 'adopted').map(({ number }) => number);
  return {
    pulls,
    frontier: { certified: chainsOf(records, 'improved'), refuted: chainsOf(records, 'not-held'), open },
    leaderboard: JSON.parse(await git('show', 'main:results/leaderboard.json')),
    credits: balances(await git('show', 'main:results/ledger.json')),
    commits: log
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ sha: line.slice(0, 40), subject: line.slice(41) })),
    requests: requests.filter((request) => request.actor === options.bot).length,
    measurements: options.measurements,
    measuringSeconds: Math.round(options.measuringSeconds),
    phases: options.phases,
    seconds: Math.round(options.seconds),
  };
}

/** The oldest first. */
function chainsOf(records: ResultFile[], verdict: string): Chain[] {
  return records
    .filter((record) => record.verdict === verdict && record.chain?.head.pull === record.pull)
    .toReversed()
    .map(({ chain, runs }) => ({
      pulls: chain!.pulls,
      head: chain!.head.pull,
      runs: runs.filter(({ stage }) => stage === 'confirm').length,
    }));
}

function wasLucky({ runs, incumbent }: ResultFile): boolean {
  const first = runs[0]?.valBpb ?? null;
  return first !== null && incumbent !== null && first < incumbent.valBpb;
}

/** A pull request that was never measured has no result. The bot's answer is in its labels. */
function refusalVerdict(pull: PullView): string {
  return pull.labels.includes('duplicate') ? 'duplicate' : 'refused';
}

/** The bot's comment for the author. */
export async function comment(octokit: Octokit, place: Place, number: number, bot: string): Promise<string> {
  const { data } = await octokit.issues.listComments({ ...place, issue_number: number });
  const own = data.find((comment) => comment.user?.login === bot);
  return (own?.body ?? 'no answer').replace(/<!--.*?-->/gs, '').trim();
}
