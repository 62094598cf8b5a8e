import { describe, expect, it } from 'vitest';
import { jobOf } from '../../../testing/examples/job.ts';
import { reportOf } from '../../../testing/examples/report.ts';
import { judgeScored } from './handed-over.ts';

/** Another owner's machine will download and unpack it: as much as the order allows, and no more. */

const NOW = '2026-11-27T09:00:00.000Z';
const AROUND = { now: NOW, custody: false };
const job = jobOf({ handOver: true, weightsMiB: 1, validationTokens: 1000 });
const artifact = (bytes: number) => ({
  ...{ id: 7, name: 'scored', bytes, digest: `sha256:${'5'.repeat(64)}` },
  ...{ expired: false, expiresAt: NOW },
});

const at = { runId: 11, repository: null };

it('is passed to another machine with its sizes', () => {
  const judged = judgeScored(reportOf(job), artifact(3000), at, AROUND);
  expect(judged).toMatchObject({
    ok: true,
    value: { runId: 11, weights: { bytes: 1000 }, claims: { bytes: 2000 } },
  });
});

it('names the repository of its owner where it lies there', () => {
  const lent = { runId: 11, repository: 'Ada/descent-machine' };
  expect(judgeScored(reportOf(job), artifact(3000), lent, AROUND)).toMatchObject({
    value: { repository: 'Ada/descent-machine' },
  });
});

it('says where its held-out rows come from, and must hand over their claims', () => {
  const both = { heldoutBpb: 1.6, claimsBytes: 8000 };
  expect(judgeScored(reportOf(job, both), artifact(3000), at, AROUND)).toMatchObject({
    ok: true,
    value: { heldout: job.nonce },
  });
  const lacking = reportOf(job, { ...both, claimsBytes: 4000 });
  expect(judgeScored(lacking, artifact(3000), at, AROUND)).toMatchObject({ ok: false, check: 'scored' });
});

it.each([
  ['weights over the track’s limit', { weightsBytes: 2 ** 20 + 1 }, 3000],
  ['claims for more targets than are scored', { claimsBytes: 4001 }, 3000],
  ['an archive with room for more than is in it', {}, 3000 + 2 ** 20 + 1],
])('%s is refused', (_, change, bytes) => {
  expect(judgeScored(reportOf(job, change), artifact(bytes), at, AROUND)).toMatchObject({
    ok: false,
    check: 'scored',
  });
});

describe('where weights may be asked for of any run', () => {
  const asked = { now: NOW, custody: true };
  const kept = (expiresAt: string) => ({ ...artifact(3000), expiresAt });

  it('a scored run counts only with them, and while they are kept: else an owner who invents losses hands nothing over', () => {
    for (const none of [null, kept('2026-11-29T08:59:00.000Z'), { ...artifact(3000), expired: true }])
      expect(judgeScored(reportOf(job), none, at, asked)).toMatchObject({ ok: false, check: 'scored' });
    expect(judgeScored(reportOf(job), kept('2026-12-04T09:00:00.000Z'), at, asked)).toMatchObject({
      ok: true,
    });
  });

  it('a run that gave no loss has none, and elsewhere the measurement stands without them', () => {
    const crashed = reportOf(job, { outcome: 'crashed', valBpb: null });
    expect(judgeScored(crashed, null, at, asked)).toEqual({ ok: true, value: undefined });
    expect(judgeScored(reportOf(job), null, at, AROUND)).toEqual({ ok: true, value: undefined });
  });
});
