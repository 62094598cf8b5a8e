import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Dataset } from '../../dataset.ts';
import type { ScoredRow } from '../text.ts';
import { createClaimsFile } from './claims-file.ts';
import { sumClaims } from './sum-claims.ts';

const folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Rows of two targets: a token of one byte, then one of three. */
const dataset = {
  sequenceLength: 2,
  tokenBytes: Uint16Array.of(1, 3),
  openRows: async () => ({
    read: async () => Buffer.from(Uint16Array.of(0, 0, 1).buffer),
    close: async () => undefined,
  }),
} as unknown as Dataset;

let files = 0;
async function claimed(rows: number[][]) {
  const file = await createClaimsFile(join(folder, `${files++}`), 2);
  for (const [row, claims] of rows.entries()) await file.write(row, Float32Array.from(claims));
  return file;
}

const row = (part: ScoredRow['part'], row: number): ScoredRow => ({ part, row });

async function summed(validation: number[][], heldout: number[][], rows: ScoredRow[]) {
  const claims = { validation: await claimed(validation), heldout: await claimed(heldout) };
  return await sumClaims(dataset, rows, claims).finally(() =>
    Promise.all(Object.values(claims).map((file) => file.close())),
  );
}

test('each text is added up for itself', async () => {
  const rows = [row('heldout', 0), row('validation', 1), row('validation', 0)];
  expect(
    await summed(
      [
        [-1, -2],
        [-3, -4],
      ],
      [[-5, -6]],
      rows,
    ),
  ).toEqual({
    validation: { nats: 10, bytes: 8, targets: 4 },
    heldout: { nats: 11, bytes: 4, targets: 2 },
  });
});

test('two machines that ask in another order get one sum, to the last digit', async () => {
  const claims = Array.from({ length: 50 }, (_, i) => [-(10 ** ((i % 19) - 9)), -1 / (i + 1)]);
  const rows = claims.map((_, i) => row('validation', i));
  const sum = async (order: ScoredRow[]) => (await summed(claims, [], order)).validation.nats;
  expect(await sum(rows.toReversed())).toBe(await sum(rows));
});

test.each([Number.NaN, 1, -Infinity])(
  'a claim of %s, which no scored run has, is not the first machine’s',
  async (claim) => {
    const outcome = summed([[-1, claim]], [], [row('validation', 0)]);
    await expect(outcome).rejects.toMatchObject({
      outcome: 'invalid',
      reason: { code: 'handed-over-wrong', what: 'claims' },
    });
  },
);

test('a file that cannot be read is no fault of the claims', async () => {
  await expect(summed([], [], [row('validation', 0)])).rejects.toThrow('holds no row 0');
});
