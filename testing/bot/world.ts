import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NO_REPLY } from '../../app/model/command.ts';
import type { HeadState, QueueEntry, RunState, Snapshot } from '../../app/model/snapshot.ts';
import {
  encodeOverall,
  encodeRun,
  type OverallKey,
  type RunFacts,
  type RunKey,
} from '../../app/model/state.ts';
import type { Config } from '../../core/formats/config.ts';
import type { Job } from '../../core/formats/job.ts';
import type { Leaderboard } from '../../core/formats/leaderboard.ts';
import type { Report } from '../../core/formats/report.ts';
import { type ExperimentResult, UNTRUSTED } from '../../core/formats/result.ts';
import type { RunResult } from '../../core/formats/run.ts';
import type { FileEntry } from '../../core/rules/eligibility.ts';

/** Values for tests of the pure parts: a repository with one track, an incumbent at 2.0 and one request. */

/** The real harness: reports name its digest, and the stage's main carries it. */
export const HARNESS = readFileSync(join(import.meta.dirname, '../../train/harness.py'), 'utf8');
export const NOW = '2026-11-23T12:00:00.000Z';
export const sha = (digit: string) => digit.repeat(40);
export const MAIN_BLOB = sha('a');
export const BLOB = sha('b');
export const HEAD = sha('c');

export const config: Config = {
  primary: 'cpu',
  tracks: {
    cpu: {
      'runs-on': ['self-hosted', 'descent-cpu'],
      capacity: 2,
      dataset: 'pysource',
      device: 'cpu',
      'budget-seconds': 60,
      'scoring-seconds': 120,
      'validation-tokens': 1000,
      probes: 10,
      threads: 1,
      'memory-mib': 4096,
      'weights-mib': 64,
      'load-seconds': 10,
      margin: 0.1,
    },
  },
  limits: { 'open-per-author': 3, attempts: 3, 'lost-after-minutes': 30 },
  merge: true,
};

export function run(valBpb: number | null, change: Partial<RunResult> = {}): RunResult {
  return {
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    owner: 'ada',
    machine: 'ada.desk',
    runId: 100,
    at: NOW,
    outcome: valBpb === null ? 'crashed' : 'scored',
    valBpb,
    heldoutBpb: null,
    trainSeconds: 59.5,
    totalSeconds: 70,
    device: 'a processor',
    torch: '2.11',
    ...change,
  };
}

export const board: Leaderboard = {
  schema: 1,
  primary: 'cpu',
  tracks: {
    cpu: {
      incumbent: {
        pull: null,
        author: null,
        title: 'the beginning',
        blob: MAIN_BLOB,
        valBpb: 2,
        heldoutBpb: null,
        at: NOW,
      },
      runs: [run(2, { stage: 'baseline' })],
      distribution: null,
      others: [],
      sinceIncumbent: 0,
      machines: {},
      audits: [],
      reconsider: [],
      notice: null,
      history: [
        {
          pull: null,
          author: null,
          title: 'the beginning',
          blob: MAIN_BLOB,
          valBpb: 2,
          heldoutBpb: null,
          at: NOW,
        },
      ],
      counts: {},
    },
  },
  owners: {},
};

/** The request's own record: a regression, on one run. */
export function recordWith(change: Partial<ExperimentResult> = {}): ExperimentResult {
  return {
    schema: 1,
    pull: 41,
    author: 'nova',
    head: HEAD,
    blob: BLOB,
    track: 'cpu',
    verdict: 'regressed',
    reason: { code: 'no-gain', text: 'worse' },
    valBpb: 2.5,
    incumbent: null,
    runs: [run(2.5)],
    audits: [],
    rescores: [],
    content: null,
    heldoutBpb: null,
    distribution: null,
    evidence: null,
    curve: [],
    decidedAt: NOW,
    untrusted: UNTRUSTED,
    diff: '',
    authorText: {
      untrusted: true,
      title: 'Halve the batch',
      hypothesis: 'More steps help.',
      change: null,
      expect: null,
      buildsOn: [],
      agent: null,
      log: null,
    },
    insights: [],
    ...change,
  };
}

export const file: FileEntry = { oid: BLOB, mode: '100644', size: 9, text: 'print(1)\n' };

export function head(change: Partial<HeadState> = {}): HeadState {
  return { oid: HEAD, blob: BLOB, overall: null, runs: [], shared: false, ...change };
}

export function overall(state: OverallKey['state'], change: Partial<OverallKey> = {}): HeadState['overall'] {
  const key: OverallKey = { blob: BLOB, track: 'cpu', state, ...change };
  const completed = state === 'verdict' || state === 'refused' || state === 'failed';
  return {
    key,
    check: {
      id: 'overall',
      name: 'descent',
      status: completed ? 'completed' : 'in_progress',
      conclusion: completed ? 'neutral' : null,
      externalId: encodeOverall(41, key),
      url: 'https://git.test/check',
      title: state,
      summary: '',
      text: '',
    },
  };
}

export function jobOf(change: Partial<Job> = {}): Job {
  return {
    schema: 1,
    nonce: `${'0'.repeat(31)}1`,
    repository: 'descent/descent',
    pull: 41,
    head: HEAD,
    blob: BLOB,
    incumbent: MAIN_BLOB,
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    track: 'cpu',
    dataset: 'pysource',
    device: 'cpu',
    budgetSeconds: 60,
    scoringSeconds: 120,
    validationTokens: 1000,
    probes: 10,
    threads: 1,
    memoryMiB: 4096,
    weightsMiB: 64,
    loadSeconds: 10,
    ...change,
  };
}

export function facts(valBpb: number | null, change: Partial<RunFacts> = {}): RunFacts {
  return {
    run: run(valBpb),
    reason: valBpb === null ? { code: 'training-exception', status: 1 } : null,
    curve: [],
    log: valBpb === null ? 'Traceback' : null,
    ...change,
  };
}

export function runState(finding: RunState['finding'], change: Partial<RunKey> = {}): RunState {
  const job = jobOf({ ...(change.blob && { blob: change.blob }) });
  const key: RunKey = {
    pull: 41,
    blob: job.blob,
    track: 'cpu',
    stage: 'explore',
    ordinal: 1,
    seed: 7,
    nonce: job.nonce,
    attempt: 1,
    runId: 100,
    ...change,
  };
  return {
    check: {
      id: `check-${key.ordinal}`,
      name: 'descent cpu explore 1',
      status: 'in_progress',
      conclusion: null,
      externalId: encodeRun(key),
      url: 'https://git.test/check',
      title: '',
      summary: '',
      text: '',
    },
    head: HEAD,
    key,
    memory: {
      job,
      harness: sha('d'),
      dispatchedAt: NOW,
      facts: null,
      failure: null,
      target: null,
      avoided: [],
      audits: null,
      words: null,
    },
    finding,
  };
}

export function queueEntry(pull: number, change: Partial<QueueEntry> = {}): QueueEntry {
  return {
    pull,
    author: `author-${pull}`,
    createdAt: `2026-11-23T10:00:${String(pull).padStart(2, '0')}Z`,
    draft: false,
    head: sha('8'),
    blob: sha('9'),
    overall: { blob: sha('9'), track: 'cpu', state: 'queued' },
    running: [],
    confirming: 0,
    ...change,
  };
}

export function snapshot(change: Partial<Snapshot['pull']> = {}, more: Partial<Snapshot> = {}): Snapshot {
  return {
    now: NOW,
    repository: {
      id: 'R',
      owner: 'descent',
      name: 'descent',
      url: 'https://git.test/descent/descent',
      archived: false,
      labels: [],
    },
    bot: 'descent[bot]',
    main: {
      oid: sha('d'),
      tree: sha('e'),
      branch: 'main',
      config: { ok: true, value: config },
      leaderboard: { ok: true, value: board },
      train: { oid: MAIN_BLOB, mode: '100644', size: 9, text: 'print(0)\n' },
      harness: HARNESS,
    },
    queue: [],
    fresh: Array.from({ length: 8 }, (_, i) => ({ seed: 1000 + i, nonce: String(i).padStart(32, 'f') })),
    pull: {
      id: 'PR',
      number: 41,
      title: 'Halve the batch',
      author: 'nova',
      state: 'open',
      draft: false,
      createdAt: '2026-11-23T11:00:00Z',
      base: 'main',
      changedFiles: 1,
      files: [{ path: 'train/train.py', change: 'modified' }],
      labels: [],
      description: {
        ok: true,
        value: {
          hypothesis: 'More steps help.',
          change: null,
          expect: null,
          buildsOn: [],
          differs: null,
          agent: null,
          tracks: [],
        },
      },
      beganFrom: MAIN_BLOB,
      onMain: false,
      branch: [{ message: 'Halve the batch', login: 'nova', parents: 1, paths: ['train/train.py'] }],
      heads: [head()],
      file,
      comment: null,
      authorSince: '2020-01-01T00:00:00Z',
      asked: [],
      reply: NO_REPLY,
      ...change,
    },
    results: [],
    similar: [],
    contents: {},
    diffs: { [BLOB]: { cpu: '--- a\n+++ b\n' } },
    retry: false,
    ...more,
  };
}

export function reportOf(job: Job, change: Partial<Report> = {}): Report {
  return {
    schema: 1,
    job,
    outcome: 'scored',
    reason: null,
    valBpb: 1.5,
    heldoutBpb: null,
    probes: {
      count: job.probes,
      heldout: 0,
      guided: job.rescore === undefined,
      worstNats: 0.0001,
      meanExcessNats: 0,
      penaltyBpb: 0,
    },
    curve: [
      { step: 0, seconds: 1, loss: 5.5 },
      { step: 10, seconds: 2, loss: 4.2 },
    ],
    metrics: {},
    hardware: { device: 'a processor', cores: 2, memoryMiB: 8000, driver: null },
    versions: { node: '24', python: '3.12', torch: '2.11', cuda: null },
    timings: { setupSeconds: 1, trainSeconds: 59, claimsSeconds: 2, probesSeconds: 1, totalSeconds: 63 },
    digests: {
      weights: job.rescore?.weights.sha256 ?? createHash('sha256').update(job.nonce).digest('hex'),
      ...(job.handOver && { claims: '4'.repeat(64) }),
      harness: createHash('sha256').update(HARNESS).digest('hex'),
      data: '3'.repeat(64),
    },
    ...(job.handOver && { claimsBytes: 2000 }),
    weightsBytes: 1000,
    peakMemoryMiB: 300,
    sandbox: 'bubblewrap',
    log: '',
    ...change,
  };
}
