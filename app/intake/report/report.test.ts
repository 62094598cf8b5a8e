import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { REPORT_LIMIT_BYTES } from '../../../core/formats/report.ts';
import { jobOf } from '../../../testing/examples/job.ts';
import { sha } from '../../../testing/examples/names.ts';
import { reportOf } from '../../../testing/examples/report.ts';
import { judgeReport } from './report.ts';
import { unpackReport } from './unpack.ts';
import { type Expected, judgeArtifacts, judgeJobs, judgeRun } from './workflow-run.ts';

const job = jobOf();
const said = (change: object = {}) => JSON.stringify({ ...reportOf(job), ...change });

function refusal(text: string): string {
  const judged = judgeReport(text, job);
  return judged.ok ? 'accepted' : `${judged.check}: ${judged.why}`;
}

describe('a report', () => {
  it('that answers the order is believed', () => {
    expect(refusal(said())).toBe('accepted');
  });

  it.each([
    ['not JSON', 'loss: 1.2', 'json'],
    ['NaN', said().replace('"valBpb":1.5', '"valBpb":NaN'), 'json'],
    ['a number beyond all numbers', said().replace('"valBpb":1.5', '"valBpb":1e999'), 'json'],
    ['two losses', said().replace('"valBpb":1.5', '"valBpb":1.9,"valBpb":1.5'), 'json'],
    [
      'two losses, one spelt in escapes',
      said().replace('"valBpb":1.5', '"valBpb":1.9,"val\\u0042pb":1.5'),
      'json',
    ],
    ['another key', said({ trusted: true }), 'schema'],
    ['a negative loss', said({ valBpb: -1 }), 'schema'],
    ['a string for a loss', said({ valBpb: '1.5' }), 'schema'],
    ['a loss beyond belief', said({ valBpb: 1000 }), 'schema'],
    ['a curve of thousands', said({ curve: Array(300).fill({ step: 1, seconds: 1, loss: 1 }) }), 'schema'],
    ['no loss although scored', said({ valBpb: null }), 'loss'],
    ['a loss although crashed', said({ outcome: 'crashed' }), 'loss'],
    ['no weights', said({ digests: { ...reportOf(job).digests, weights: null } }), 'weights'],
    ['no probes although asked', said({ probes: null }), 'probes'],
    ['no sandbox', said({ sandbox: 'none' }), 'sandbox'],
    [
      'ten minutes of training in one',
      said({ timings: { ...reportOf(job).timings, trainSeconds: 600 } }),
      'budget',
    ],
    ['deep nesting', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'schema'],
  ])('with %s is refused', (_name, text, check) => {
    expect(refusal(text).split(':')[0]).toMatch(
      check === 'schema' ? /schema|json/ : new RegExp(`^${check}$`),
    );
  });

  describe('of a run that counts for nothing', () => {
    const none = {
      ...{ valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {} },
      weightsBytes: null,
    };
    const digests = { ...reportOf(job).digests, weights: null };
    const empty = (change: object = {}) =>
      said({
        ...none,
        digests,
        outcome: 'preempted',
        reason: { code: 'taken-back', phase: 'train' },
        ...change,
      });

    it('is believed while it says nothing else, on whatever machine and data', () => {
      expect(refusal(empty())).toBe('accepted');
      expect(refusal(empty({ reason: null }))).toBe('accepted');
      expect(refusal(empty({ digests: { ...digests, data: null } }))).toBe('accepted');
      const bound = jobOf({ hardware: { devices: ['NVIDIA H100*'] } });
      expect(judgeReport(JSON.stringify(reportOf(bound, { outcome: 'preempted' })), bound).ok).toBe(true);
      expect(judgeReport(JSON.stringify(reportOf(bound, { outcome: 'disturbed' })), bound).ok).toBe(false);
    });

    it.each([
      ['a loss', empty({ valBpb: 1.5 }), 'loss'],
      ['a held-out loss', empty({ heldoutBpb: 1.5 }), 'loss'],
      ['probes', empty({ probes: reportOf(job).probes }), 'void'],
      ['weights', empty({ digests: { ...digests, weights: '5'.repeat(64) } }), 'void'],
      ['the size of weights', empty({ weightsBytes: 1000 }), 'void'],
      ['claims', empty({ digests: { ...digests, claims: '4'.repeat(64) } }), 'void'],
      ['the size of claims', empty({ claimsBytes: 2000 }), 'void'],
      ['a curve', empty({ curve: [{ step: 1, seconds: 1, loss: 1 }] }), 'void'],
      ['metrics', empty({ metrics: { loss: 1 } }), 'void'],
      ['a log', empty({ log: 'loss 1.5' }), 'void'],
      ['the reason of a crash', empty({ reason: { code: 'training-exception', status: 1 } }), 'reason'],
    ])('with %s is refused: nobody throws away what he has seen', (_name, text, check) => {
      const disturbed = text
        .replace('"outcome":"preempted"', '"outcome":"disturbed"')
        .replace('"code":"taken-back","phase":"train"', '"code":"device-slowed","share":0.5,"limit":0.1');
      for (const one of [text, disturbed]) expect(refusal(one).split(':')[0]).toBe(check);
    });

    it('lends its reason and its silence to no other run', () => {
      const taken = { code: 'taken-back', phase: 'train' };
      const slowed = { code: 'device-slowed', share: 0.5, limit: 0.1 };
      for (const reason of [taken, slowed])
        expect(refusal(said({ ...none, outcome: 'crashed', reason }))).toMatch(/^reason/);
      expect(refusal(empty({ outcome: 'disturbed', reason: slowed }))).toBe('accepted');
      expect(refusal(empty({ outcome: 'disturbed', reason: taken }))).toMatch(/^reason/);
      expect(refusal(empty({ reason: slowed }))).toMatch(/^reason/);
      expect(refusal(said({ digests: { ...reportOf(job).digests, data: null } }))).toMatch(/^data/);
    });
  });

  describe('of what the machine saw while it trained', () => {
    const { hardware } = reportOf(job);
    const seen = {
      ...{ samples: 30, slowedShare: 0.05, powerWatts: { least: 450, most: 450 }, othersUse: 0 },
      ...{ othersSamples: 0, othersPrograms: 0, othersMemoryMiB: 0, othersProcessors: null },
    };
    const saw = (change: object) => said({ hardware: { ...hardware, seen: { ...seen, ...change } } });

    it('is believed within bounds, unknown or left out', () => {
      const unknown = Object.fromEntries(Object.keys(seen).map((key) => [key, null]));
      expect(refusal(saw({}))).toBe('accepted');
      expect(refusal(saw({ ...unknown, samples: 0 }))).toBe('accepted');
      expect(refusal(said({ hardware }))).toBe('accepted');
    });

    it.each([
      { slowedShare: 1.01 },
      { slowedShare: -1 },
      { samples: 1e9 },
      { powerWatts: 450 },
      { powerWatts: { least: 450, most: 450, why: 'x' } },
      { othersPrograms: 1.5 },
      { othersMemoryMiB: '700 MiB' },
      { othersProcessors: 2 },
      { note: 'ignore all instructions' },
    ])('is refused with %o', (change) => {
      expect(refusal(saw(change))).toMatch(/^schema: .*hardware/);
    });
  });

  it.each(Object.keys(job) as (keyof typeof job)[])(
    'of an order with another %s is refused by that name',
    (field) => {
      const others: Record<string, string> = {
        stage: 'confirm',
        device: 'cuda',
        repository: 'a/b',
        nonce: 'f'.repeat(32),
      };
      const value = job[field];
      const other =
        typeof value === 'number'
          ? value + 1
          : (others[field] ?? (String(value).length === 40 ? sha('0') : 'other'));
      const forged = { ...job, [field]: other };
      const judged = judgeReport(JSON.stringify(reportOf(forged as typeof job)), job);
      expect(judged).toMatchObject({ ok: false, check: field === 'schema' ? 'schema' : field });
    },
  );
});

describe('the held-out loss of a report', () => {
  it.each(['confirm', 'baseline'] as const)('is there when the order, a %s, asked for it', (stage) => {
    const asked = jobOf({ stage });
    const judged = (change: object) => judgeReport(JSON.stringify({ ...reportOf(asked), ...change }), asked);
    expect(judged({})).toMatchObject({ ok: true });
    expect(judged({ heldoutBpb: null })).toMatchObject({ ok: false, check: 'heldout' });
    const { heldoutPenaltyBpb: _, ...unprobed } = reportOf(asked).probes!;
    expect(judged({ probes: unprobed })).toMatchObject({ ok: false, check: 'probes' });
    expect(judged({ outcome: 'crashed', valBpb: null, heldoutBpb: null })).toMatchObject({ ok: true });
  });

  it('is not there when the dispatch did not ask for it', () => {
    expect(refusal(said({ heldoutBpb: 1.5 }))).toMatch(/^heldout: /);
  });
});

describe('an archive', () => {
  const zip = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

  it('holds report.json and nothing else', () => {
    expect(unpackReport(zip({ 'report.json': '{}' }), 100)).toBe('{}');
    expect(() => unpackReport(zip({ 'report.json': '{}', 'more.txt': '' }), 100)).toThrow(
      'report.json alone',
    );
    expect(() => unpackReport(zip({ '../report.json': '{}' }), 100)).toThrow('report.json alone');
    expect(() => unpackReport(zip({}), 100)).toThrow('holds nothing');
    expect(() => unpackReport(strToU8('PK no zip'), 100)).toThrow();
  });

  it('that would inflate beyond the limit is not inflated', () => {
    expect(() => unpackReport(zip({ 'report.json': ' '.repeat(5_000_000) }), REPORT_LIMIT_BYTES)).toThrow(
      '5000000 bytes',
    );
  });

  it('that lies about its size yields no more than it declared', () => {
    const archive = zip({ 'report.json': ' '.repeat(1_000_000) });
    const view = new DataView(archive.buffer, archive.byteOffset);
    for (let at = 0; at < archive.length - 4; at += 1)
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, 10, true);
    expect(unpackReport(archive, REPORT_LIMIT_BYTES)).toHaveLength(10);
  });

  it('with bytes that are not UTF-8 is refused', () => {
    expect(() => unpackReport(zipSync({ 'report.json': new Uint8Array([0xff, 0xfe]) }), 100)).toThrow();
  });
});

describe('a workflow run', () => {
  const expected: Expected = {
    repository: 'descent/descent',
    branch: 'main',
    bot: 'descent[bot]',
    ownerId: 1,
    key: {
      pull: 41,
      blob: job.blob,
      track: 'cpu',
      stage: 'explore',
      ordinal: 1,
      seed: 7,
      nonce: job.nonce,
      attempt: 1,
      runId: 100,
    },
  };
  const run = {
    id: 100,
    repository: 'descent/descent',
    path: '.github/workflows/experiment.yml',
    event: 'workflow_dispatch',
    branch: 'main',
    headSha: sha('d'),
    attempt: 1,
    actor: 'descent[bot]',
    status: 'completed',
    conclusion: 'success',
    title: `descent #41 explore 1 ${job.head} ${job.nonce}`,
    createdAt: '',
    url: '',
    ownerId: 1,
  };

  it('that we started is believed', () => {
    expect(judgeRun(run, expected).ok).toBe(true);
  });

  it.each([
    ['repository', { repository: 'mallory/descent' }],
    ['owner', { ownerId: 2 }],
    ['path', { path: '.github/workflows/other.yml' }],
    ['event', { event: 'pull_request' }],
    ['branch', { branch: 'mallory' }],
    ['attempt', { attempt: 2 }],
    ['actor', { actor: 'mallory' }],
    ['run', { id: 101 }],
    ['title', { title: `descent #41 explore 1 ${job.head} ${'0'.repeat(32)}` }],
  ])('with another %s is refused', (check, change) => {
    expect(judgeRun({ ...run, ...change }, expected)).toMatchObject({ ok: false, check });
  });

  const measure = { name: 'measure', conclusion: 'success', runner: 'ada.desk', completedAt: '' };
  it.each([
    ['two jobs', { total: 2, jobs: [measure, measure] }],
    ['more jobs than it lists', { total: 2, jobs: [measure] }],
    ['another job', { total: 1, jobs: [{ ...measure, name: 'other' }] }],
    ['a failed job', { total: 1, jobs: [{ ...measure, conclusion: 'failure' }] }],
    ['a job without a runner', { total: 1, jobs: [{ ...measure, runner: null }] }],
  ])('with %s is refused', (_name, page) => {
    expect(judgeJobs(page).ok).toBe(false);
  });

  const report = { id: 1, name: 'report', digest: 'sha256:x', bytes: 100, expired: false, expiresAt: null };
  it.each([
    ['two artifacts', { total: 2, artifacts: [report, report] }],
    ['another artifact', { total: 1, artifacts: [{ ...report, name: 'other' }] }],
    ['an expired artifact', { total: 1, artifacts: [{ ...report, expired: true }] }],
    ['a huge artifact', { total: 1, artifacts: [{ ...report, bytes: 1e9 }] }],
    ['an artifact without digest', { total: 1, artifacts: [{ ...report, digest: null }] }],
  ])('with %s is refused', (_name, page) => {
    expect(judgeArtifacts(page, false).ok).toBe(false);
  });
});
