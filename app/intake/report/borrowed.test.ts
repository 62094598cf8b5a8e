import { createHash } from 'node:crypto';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { strToU8, zipSync } from 'fflate';
import { beforeAll, expect, it } from 'vitest';
import type { Report } from '../../../core/formats/report.ts';
import { jobOf } from '../../../testing/examples/job.ts';
import { reportOf } from '../../../testing/examples/report.ts';
import { runState } from '../../../testing/snapshot/head.ts';
import { collectBorrowed } from './borrowed.ts';
import { judgeReport } from './report.ts';

/** A borrowed run is believed, and paid, only where its outcome is there and is the one that the report names. */

const NOW = '2026-11-27T09:00:00.000Z';
let to: string;
let file: Uint8Array;
beforeAll(async () => {
  to = await identityToRecipient(await generateX25519Identity());
  const encrypter = new Encrypter();
  encrypter.addRecipient(to);
  file = await encrypter.encrypt('weights');
});

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const job = () => jobOf({ stage: 'borrow', borrow: { keep: 'weights', to }, weightsMiB: 1, probes: 0 });
const nothing = { valBpb: null, heldoutBpb: null, probes: null, curve: [], metrics: {}, weightsBytes: null };

function report(change: Partial<Report> = {}): Report {
  const full = reportOf(job());
  const borrowed = { sha256: digestOf(file), bytes: file.length };
  const digests = { ...full.digests, weights: null };
  return { ...full, ...nothing, outcome: 'borrowed', digests, borrowed, ...change };
}

const lent = { name: 'ada.desk', ownerId: 11, owner: 'ada', repository: 'ada/descent-machine' };

/** @param archive what GitHub hands out; @param says what it says of it */
async function found(given: Report, archive: Uint8Array | null, says: object = {}) {
  const artifact = archive && {
    ...{ id: 7, name: 'scored', bytes: archive.length, digest: `sha256:${digestOf(archive)}` },
    ...{ expired: false, expiresAt: NOW },
    ...says,
  };
  const { key } = runState({ kind: 'pending' }, { stage: 'borrow' });
  return collectBorrowed({ download: async () => archive! }, given, artifact, {
    ...{ key, machine: 'ada.desk', lent, at: NOW, now: NOW },
  });
}
const zip = (files: Record<string, Uint8Array>) => zipSync(files, { level: 0 });

it('is recorded with what its outcome is known again by', async () => {
  const archive = zip({ 'weights.bin': file });
  expect(await found(report(), archive)).toMatchObject({
    kind: 'borrowed',
    ended: {
      ...{ machine: 'ada.desk', ownerId: 11, outcome: 'borrowed', seconds: 60 },
      artifact: { repository: 'ada/descent-machine', id: 7, file: { sha256: digestOf(file) } },
    },
  });
});

it.each<[string, () => [Uint8Array | null, object?, Partial<Report>?], string]>([
  ['another file than the report names', () => [zip({ 'weights.bin': file.toReversed() })], 'digest'],
  ['no file', () => [null], 'outcome'],
  [
    'a file that anybody could read',
    () => {
      const plain = strToU8('weights for everybody');
      return [
        zip({ 'weights.bin': plain }),
        {},
        { borrowed: { sha256: digestOf(plain), bytes: plain.length } },
      ];
    },
    'outcome',
  ],
  ['a file beside it', () => [zip({ 'weights.bin': file, more: file })], 'archive'],
  ['a file of another name', () => [zip({ '../weights.bin': file })], 'archive'],
  [
    'a small archive of a large file',
    () => [zipSync({ 'weights.bin': new Uint8Array(50_000_000) }, { level: 9 }), {}],
    'archive',
  ],
  [
    'more than was ordered',
    () => [zip({ 'weights.bin': file }), {}, { borrowed: { sha256: digestOf(file), bytes: 3 * 2 ** 20 } }],
    'size',
  ],
  [
    'an archive of another size than its file',
    () => [zip({ 'weights.bin': file }), { bytes: 2 ** 30 }],
    'size',
  ],
  [
    'an archive that is not the one GitHub stored',
    () => [zip({ 'weights.bin': file }), { digest: `sha256:${'0'.repeat(64)}` }],
    'digest',
  ],
  ['no archive', () => [strToU8('PK nothing')], 'archive'],
])('is not paid for %s', async (_, given, check) => {
  const [archive, says, change] = given();
  expect(await found(report(change), archive, says)).toMatchObject({ kind: 'refused', check });
});

it('of a crash there is no outcome', async () => {
  const crashed = report({ outcome: 'crashed', borrowed: undefined });
  expect(await found(crashed, zip({ 'weights.bin': file }))).toMatchObject({ kind: 'refused' });
  expect(await found(crashed, null)).toMatchObject({
    kind: 'borrowed',
    ended: { outcome: 'crashed', artifact: null },
  });
});

it('runs on lent machines alone', async () => {
  const { key } = runState({ kind: 'pending' }, { stage: 'borrow' });
  const around = { key, machine: 'ada.desk', lent: undefined, at: NOW, now: NOW };
  const crashed = report({ outcome: 'crashed', borrowed: undefined });
  expect(await collectBorrowed({ download: async () => file }, crashed, null, around)).toMatchObject({
    kind: 'refused',
    check: 'machine',
  });
});

it.each<[string, Partial<Report>, string]>([
  ['says a loss', { valBpb: 0.1 }, 'loss'],
  ['says that it was scored', { outcome: 'scored', valBpb: 0.1, borrowed: undefined }, 'outcome'],
  ['says nothing of an outcome', { borrowed: undefined }, 'outcome'],
  ['has an outcome of a crash', { outcome: 'crashed' }, 'outcome'],
  ['tells what the file said', { curve: [{ step: 1, seconds: 1, loss: 3 }] }, 'outcome'],
  ['answers for another key', { job: jobOf({ stage: 'borrow', probes: 0, weightsMiB: 1 }) }, 'borrow'],
])('a report that %s is refused', (_, change, check) => {
  expect(judgeReport(JSON.stringify(report(change)), job())).toMatchObject({ ok: false, check });
});

it('nobody borrows by a report of an experiment', () => {
  const borrowed = { sha256: 'a'.repeat(64), bytes: 9 };
  const lie = { ...reportOf(jobOf()), ...nothing, outcome: 'borrowed', borrowed };
  expect(judgeReport(JSON.stringify(lie), jobOf())).toMatchObject({ ok: false, check: 'outcome' });
});
