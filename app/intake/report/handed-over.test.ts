import { expect, it } from 'vitest';
import { jobOf } from '../../../testing/examples/job.ts';
import { reportOf } from '../../../testing/examples/report.ts';
import { judgeScored } from './handed-over.ts';

/** Another owner's machine will download and unpack it: as much as the order allows, and no more. */

const NOW = '2026-11-27T09:00:00.000Z';
const job = jobOf({ handOver: true, weightsMiB: 1, validationTokens: 1000 });
const artifact = (bytes: number) => ({
  ...{ id: 7, name: 'scored', bytes, digest: `sha256:${'5'.repeat(64)}` },
  ...{ expired: false, expiresAt: NOW },
});

const at = { runId: 11, repository: null };

it('is passed to another machine with its sizes', () => {
  const judged = judgeScored(reportOf(job), artifact(3000), at, NOW);
  expect(judged).toMatchObject({
    ok: true,
    value: { runId: 11, weights: { bytes: 1000 }, claims: { bytes: 2000 } },
  });
});

it('names the repository of its owner where it lies there', () => {
  const lent = { runId: 11, repository: 'Ada/descent-machine' };
  expect(judgeScored(reportOf(job), artifact(3000), lent, NOW)).toMatchObject({
    value: { repository: 'Ada/descent-machine' },
  });
});

it('says where its held-out rows come from, and must hand over their claims', () => {
  const both = { heldoutBpb: 1.6, claimsBytes: 8000 };
  expect(judgeScored(reportOf(job, both), artifact(3000), at, NOW)).toMatchObject({
    ok: true,
    value: { heldout: job.nonce },
  });
  const lacking = reportOf(job, { ...both, claimsBytes: 4000 });
  expect(judgeScored(lacking, artifact(3000), at, NOW)).toMatchObject({ ok: false, check: 'scored' });
});

it.each([
  ['weights over the track’s limit', { weightsBytes: 2 ** 20 + 1 }, 3000],
  ['claims for more targets than are scored', { claimsBytes: 4001 }, 3000],
  ['an archive with room for more than is in it', {}, 3000 + 2 ** 20 + 1],
])('%s is refused', (_, change, bytes) => {
  expect(judgeScored(reportOf(job, change), artifact(bytes), at, NOW)).toMatchObject({
    ok: false,
    check: 'scored',
  });
});
