import {
  auditMessage,
  blocked,
  reconsideredMessage,
  restsOnOutlier,
  suspicious,
} from '../../app/say/audits.ts';
import { firstIncumbentFailed, sigmaDoubted } from '../../app/say/before-verdict.ts';
import { mainIsNotTheBest } from '../../app/say/best-is-back.ts';
import { chainEnded } from '../../app/say/chain.ts';
import { type Answered, replyBody } from '../../app/say/command-reply.ts';
import {
  bestIsBackMessage,
  coAuthored,
  experimentMessage,
  firstIncumbentMessage,
  frontierMessage,
  insightMessage,
  linkMessage,
  mergeMessage,
  PAGES_MESSAGE,
  switchedOffMessage,
} from '../../app/say/commit-message.ts';
import { frontierNotShown } from '../../app/say/frontier-branch.ts';
import { leaderboardPage } from '../../app/say/leaderboard-page.ts';
import { machineFails } from '../../app/say/machine-fails.ts';
import { NO_FRONTIER } from '../../core/formats/frontier.ts';
import type { Leaderboard, MachineState, TrackStanding } from '../../core/formats/leaderboard.ts';
import { VERDICTS } from '../../core/formats/run.ts';
import { board } from '../examples/leaderboard.ts';
import { MAIN_BLOB, NOW, sha } from '../examples/names.ts';
import { resultOf } from '../examples/result.ts';
import { run } from '../examples/run.ts';
import { snapshot } from '../snapshot/snapshot.ts';
import { type Chapter, commitEntry, messageEntry, textEntry } from './entry.ts';

const world = snapshot();
const incumbent = { pull: 7, blob: sha('7'), valBpb: 2 };
const improved = resultOf({
  verdict: 'improved',
  valBpb: 1.5,
  incumbent,
  reason: { code: 'a-code', text: 'a reason' },
  authorText: { ...resultOf().authorText, agent: 'nova-1' },
});
const untitled = resultOf({ authorText: { ...improved.authorText, title: '' } });
const insight = { untrusted: true as const, author: 'nova', at: NOW, text: 'It was the rate.' };
const agreed = {
  of: 100,
  why: 'share' as const,
  runs: [run(1.5, { stage: 'audit' as const, owner: 'bob', machine: 'bob.lab' })],
  outcome: 'agreed' as const,
  outlier: null,
};
const outlier = { ...agreed, of: 101, outcome: 'outlier' as const, outlier: 'ada.desk' };
const first = { primary: 'cpu', track: 'cpu', blob: MAIN_BLOB, runs: [run(2)], at: NOW };

const chain = { pulls: [8, 41], head: { pull: 41, blob: sha('4') } };
const link = {
  pull: 41,
  author: 'nova',
  title: 'Halve the batch',
  blob: sha('4'),
  from: null,
  head: sha('c'),
  brings: true,
  base: MAIN_BLOB,
  gain: 0.0123,
  estimate: { loss: 1.9, variance: 0.01 },
  at: NOW,
  tried: false,
};

const best = { ...board.tracks.cpu!.incumbent, pull: 7 };
const worse = { pull: 41, branch: 'main', track: 'cpu' };
const back = { track: 'cpu', pull: 41, valBpb: 2 };

export const commits: Chapter = {
  title: 'Commits',
  where: "In main's history.",
  entries: [
    commitEntry('a gain', experimentMessage(world, improved)),
    commitEntry('a failure without a title, on another track', {
      ...experimentMessage(
        world,
        resultOf({
          track: 'small',
          valBpb: null,
          verdict: 'crashed',
          authorText: { ...improved.authorText, title: '' },
        }),
      ),
    }),
    commitEntry(
      'the last of several tracks',
      mergeMessage('Halve the batch', [improved, resultOf({ track: 'small' })]),
    ),
    commitEntry(
      'a gain without the commits of its branch',
      coAuthored({ headline: 'A subject', body: 'A body' }, 'nova'),
    ),
    commitEntry('the best file is back', bestIsBackMessage({ ...back, of: 7 })),
    commitEntry('the first file is back', bestIsBackMessage({ ...back, of: null })),
    commitEntry('the first incumbent', firstIncumbentMessage({ ...first, notice: null })),
    commitEntry(
      'the first incumbent, with a notice',
      firstIncumbentMessage({ ...first, notice: 'A notice.' }),
    ),
    commitEntry('an insight', insightMessage(improved, [insight])),
    commitEntry('an insight about a pull request without a title', insightMessage(untitled, [insight])),
    commitEntry('the last of several tracks, without a title', mergeMessage('', [improved])),
    commitEntry('a gain over no incumbent', experimentMessage(world, { ...improved, incumbent: null })),
    commitEntry('the head of a chain', experimentMessage(world, { ...improved, chain })),
    commitEntry(
      'a composition that is no longer measured',
      frontierMessage({ kind: 'dropped', blob: sha('4') }),
    ),
    commitEntry(
      'what is thought of a file',
      frontierMessage({ kind: 'known', file: sha('4'), estimate: { loss: 2, variance: 0.01 } }),
    ),
    commitEntry('a frontier that is switched off', switchedOffMessage({ track: 'cpu', pull: 4 })),
    commitEntry('a link of the frontier', linkMessage(link)),
    commitEntry(
      'a link of the frontier, put onto a newer file',
      linkMessage({ ...link, title: '', from: sha('3') }),
    ),
    commitEntry('the pages of the memory', PAGES_MESSAGE),
    commitEntry('audits are settled', auditMessage(improved, [agreed, outlier])),
    commitEntry("a verdict without an outlier's runs", reconsideredMessage(improved, ['ada.desk'])),
  ],
};

export const chains: Chapter = {
  title: 'How a chain ends',
  where: 'In the results of its other pull requests.',
  entries: [improved, { ...improved, verdict: 'not-held' as const }].map((head) =>
    textEntry(head.verdict, chainEnded({ ...head, chain }).text),
  ),
};

const struck = { machine: 'ada.desk', owner: 'ada', track: 'cpu', pulls: [41, 42] };

export const issues: Chapter = {
  title: 'Issues',
  where: 'Opened by the bot, each once.',
  entries: [
    messageEntry('a person merged a worse file', mainIsNotTheBest({ ...worse, best })),
    messageEntry(
      'a person merged a file worse than the first one',
      mainIsNotTheBest({ ...worse, best: { ...best, pull: null } }),
    ),
    messageEntry("main's file cannot be measured", firstIncumbentFailed('cpu', 'a reason')),
    messageEntry(
      'the frontier cannot be shown',
      frontierNotShown('frontier', 'main', 'could not move frontier: 422 a reason'),
    ),
    messageEntry('a machine is blocked', blocked(struck)),
    messageEntry(
      'a run is given up that a machine did not finish',
      machineFails({ machine: 'ada.desk', track: 'cpu', pull: 41, why: 'a reason' }),
    ),
    messageEntry(
      "the same, of main's own file, on a machine without an owner",
      machineFails({ machine: 'autoscaled-7', track: 'cpu', pull: null, why: 'a reason' }),
    ),
    messageEntry('a machine is an outlier for one author', suspicious(struck, 'nova')),
    messageEntry('only outliers confirmed a record', restsOnOutlier(improved, ['ada.desk', 'ada.lab'])),
  ],
};

const asked = (name: string, by = 'nova') =>
  ({ id: '1', by, command: { name } }) as unknown as Answered['asked'];
const shown = (by: string, command: object) => ({ id: '1', by, command }) as unknown as Answered['asked'];
const waits: Answered = {
  asked: shown('vega', { name: 'insight', text: 'it was the rate' }),
  ending: 'waits',
  why: 'a reason',
};

export const commands: Chapter = {
  title: 'Replies to commands',
  where: 'In one comment of the pull request.',
  entries: [
    textEntry(
      'the table',
      replyBody(replyBody('', [waits, { ...waits, asked: shown('grace', waits.asked.command) }]), [
        { ...waits, ending: 'taken' },
        { asked: shown('nova', { name: 'track', track: 'small' }), ending: 'taken', why: 'a reason' },
        { asked: shown('eve', { name: 'sponsor', credits: 600 }), ending: 'taken', why: 'a reason' },
        {
          asked: shown('nova', { name: 'malformed', of: 'track', usage: '/track NAME' }),
          ending: 'refused',
          why: 'a reason',
        },
        { asked: asked('rerun'), ending: 'refused', why: 'a reason' },
      ]),
    ),
  ],
};

const cpu = board.tracks.cpu!;
const holder = {
  ...cpu.history[0]!,
  pull: 9,
  author: 'nova',
  title: 'Better',
  valBpb: 1.95,
  heldoutBpb: 1.96,
};
const machine: MachineState = {
  owner: 'ada',
  jobs: 3,
  lastSeen: NOW,
  outliers: [{ at: NOW, pull: 9, author: 'nova' }],
  unvouched: [],
};
const lent = Object.fromEntries(
  Array.from({ length: 21 }, (_, i) => [
    i === 0 ? 'ada.desk' : `bob.m${i}`,
    {
      ...machine,
      outliers: [],
      ownerId: 1,
      lately: i === 0 ? `${'f'.repeat(6)}ppvdp` : `${'f'.repeat(9 + i)}p`,
    },
  ]),
);
const standing: TrackStanding = {
  ...cpu,
  incumbent: { ...holder, valBpb: 1.9 },
  runs: [run(1.85), run(1.95)],
  distribution: {
    ...{ count: 2, mean: 1.9, median: 1.9, standardDeviation: 0.07, p1: 1.8, p5: 1.82, p95: 1.98, p99: 2 },
    ...{ residuals: [], colours: [] },
  },
  machines: { 'ada.desk': machine },
  audits: [{ pull: 9, blob: sha('9') }],
  unsettled: [8, 9].map((pull) => ({ pull, blob: sha('9') })),
  reconsider: [{ pull: 9, blob: sha('9'), machine: 'ada.desk' }],
  notice: sigmaDoubted('cpu', 0.1, 0.03, 4),
  history: [cpu.history[0]!, holder],
  counts: Object.fromEntries(VERDICTS.map((verdict, i) => [verdict, i + 1])),
};
const warmer = {
  ...{ pull: 10, author: 'nova', title: 'A longer warm-up', blob: sha('7'), from: null, head: sha('d') },
  ...{ brings: true, base: holder.blob, gain: 0.004, at: NOW, tried: false },
  estimate: { loss: 1.896, variance: 1e-6 },
};
const frontier: TrackStanding['frontier'] = {
  ...NO_FRONTIER,
  chain: [
    warmer,
    {
      ...warmer,
      pull: 12,
      author: 'vega',
      blob: sha('8'),
      from: sha('6'),
      estimate: { loss: 1.89, variance: 2e-6 },
    },
  ],
};
const page = (tracks: Leaderboard['tracks'], owners: Leaderboard['owners'] = {}) =>
  leaderboardPage({ ...board, tracks, owners });

export const leaderboard: Chapter = {
  title: 'The leaderboard',
  where: '`results/README.md`.',
  entries: [
    textEntry('at the beginning', page({ cpu })),
    textEntry(
      'with all its parts',
      page({ small: cpu, cpu: standing }, { ada: { runs: 3, milli: 172_800 } }),
    ),
    textEntry(
      'with lent machines whose runs did not all bring a loss',
      page({ cpu: { ...cpu, machines: lent } }),
    ),
    textEntry('with a frontier', page({ cpu: { ...standing, frontier } })),
    textEntry(
      'with a frontier whose chain is being certified',
      page({ cpu: { ...cpu, frontier: { ...frontier, certifying: sha('8') } } }),
    ),
    textEntry(
      'before there is a held-out loss',
      page({ cpu: { ...standing, incumbent: { ...standing.incumbent, heldoutBpb: null } } }),
    ),
  ],
};
