import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, Rows } from '../../dataset.ts';
import { type ClaimsFile, createClaimsFile } from '../claims/claims-file.ts';
import { type ScoredRow, validationRows } from '../text.ts';
import { drawProbes, type Probe } from './draw-probes.ts';

const LENGTH = 8;
const ROWS = 60;
const folder = mkdtempSync(join(tmpdir(), 'descent-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

// Every row: tokens 0 (no bytes), then 1, 2, ... Position 3 predicts token 4, of which we say it has no bytes either.
const dataset = { sequenceLength: LENGTH, tokenBytes: Uint16Array.of(0, 1, 1, 1, 0, 1, 1, 1, 1) } as Dataset;
const rows: Rows = {
  read: async () => Buffer.from(Uint16Array.from({ length: LENGTH + 1 }, (_, index) => index).buffer),
  close: async () => undefined,
};

/** A small generator with a seed, so that a failing draw can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

async function claimsOf(name: string, claim: (row: number, position: number) => number): Promise<ClaimsFile> {
  const file = await createClaimsFile(join(folder, name), LENGTH);
  for (let row = 0; row < ROWS; row++)
    await file.write(
      row,
      Float32Array.from({ length: LENGTH }, (_, p) => claim(row, p)),
    );
  return file;
}

let honest: ClaimsFile;
let cheat: ClaimsFile;
let better: ClaimsFile;
let steep: ClaimsFile;
beforeAll(async () => {
  honest = await claimsOf('honest', () => -3);
  better = await claimsOf('better', () => -1);
  steep = await claimsOf('steep', (row) => -row / 20 - 0.01);
  // Better than the reference on three tokens of 480.
  cheat = await claimsOf('cheat', (row, position) =>
    [5, 20, 40].includes(row) && position === 6 ? -0.1 : -3,
  );
});
afterAll(async () => {
  await Promise.all([honest, cheat, better, steep].map((file) => file.close()));
});

const text = { validation: rows, heldout: rows };
const both = [
  ...validationRows(ROWS),
  ...validationRows(ROWS).map((row): ScoredRow => ({ ...row, part: 'heldout' })),
];
const draw = (
  count: number,
  seed: number,
  claims: ClaimsFile,
  reference: ClaimsFile | null,
  scored = validationRows(ROWS),
) => drawProbes({ dataset, text, rows: scored, count, claims, reference, random: seeded(seed) });
const ofKind = (probes: Probe[], kind: Probe['kind']) => probes.filter((probe) => probe.kind === kind);

function expectLawful(probes: Probe[]) {
  expect(new Set(probes.map(({ row }) => row)).size).toBe(probes.length);
  const shown = new Set(probes.map(({ row }) => row));
  for (const { row, position } of probes) {
    expect(position).not.toBe(3); // its target has no bytes
    if (position === LENGTH - 1) expect(shown).not.toContain(row + 1); // which begins with the answer
  }
}

describe('drawing probes', () => {
  test('one per row, none that shows another’s answer, none without bytes', async () => {
    for (let seed = 0; seed < 50; seed++) expectLawful(await draw(50, seed, honest, null));
  });

  test('a cheat on three tokens of 480 is asked about each whose row is not asked about already', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const probes = await draw(20, seed, cheat, honest);
      expectLawful(probes);
      expect(probes).toHaveLength(20);
      const asked = new Set(ofKind(probes, 'uniform').map(({ row }) => row));
      const last = probes.filter(({ position }) => position === LENGTH - 1).map(({ row }) => row);
      for (const row of [5, 20, 40].filter((row) => !asked.has(row) && !last.includes(row - 1)))
        expect(probes).toContainEqual({ kind: 'guided', row, position: 6 });
    }
  });

  test('guided probes follow the squared gain, among rows and within a row', async () => {
    const gains: Record<string, number> = { '10 6': 2, '30 6': 1, '30 1': 2, '10 3': 9 }; // 3 has no bytes
    const claims = await claimsOf('gains', (row, position) => -20 + (gains[`${row} ${position}`] ?? 0));
    const reference = await claimsOf('none', () => -20);
    const asked = { '10 6': 0, '30 6': 0, '30 1': 0 };
    for (let seed = 1; seed <= 900; seed++)
      for (const { row, position } of ofKind(await draw(4, seed * 7919, claims, reference), 'guided'))
        asked[`${row} ${position}` as keyof typeof asked] += 1;
    await Promise.all([claims.close(), reference.close()]);
    // 4 to 1 to 4; the row of one in twenty is asked about already.
    const all = Object.values(asked).reduce((sum, one) => sum + one);
    expect(Object.keys(asked)).toHaveLength(3);
    expect(asked['10 6'] / all).toBeCloseTo(4 / 9, 1);
    expect(asked['30 1'] / all).toBeCloseTo(4 / 9, 1);
    expect(asked['30 6'] / all).toBeCloseTo(1 / 9, 1);
  });

  test('of a model that gains everywhere too, no target without bytes nor one that another probe shows', async () => {
    for (let seed = 0; seed < 50; seed++) expectLawful(await draw(60, seed, better, honest));
  });

  test('each text is asked about its own tokens', async () => {
    const one: Rows = {
      read: async () =>
        Buffer.from(Uint16Array.from({ length: LENGTH + 1 }, (_, i) => Number(i === 6)).buffer),
      close: async () => undefined,
    };
    const random = seeded(9);
    const probes = await drawProbes({
      ...{ dataset, text: { validation: rows, heldout: one }, rows: both, count: 20 },
      ...{ claims: honest, reference: null, random },
    });
    const positions = (kind: Probe['kind']) => new Set(ofKind(probes, kind).map(({ position }) => position));
    expect([...positions('heldout')]).toEqual([5]);
    expect(positions('uniform').size).toBeGreaterThan(3);
  });

  test('which tokens uniform probes ask about does not depend on what is claimed', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const asked = async (claims: ClaimsFile) =>
        ofKind(await draw(20, seed, claims, honest), 'uniform').map(
          ({ row, position }) => 8 * row + position,
        );
      const other = await asked(steep);
      expect(other).toHaveLength(15);
      expect((await asked(better)).sort()).toEqual(other.sort());
    }
  });

  test('held-out text gets as many probes as are uniform on validation text, and all kinds are mixed', async () => {
    const probes = await draw(24, 5, better, honest, both);
    expect(ofKind(probes, 'guided')).toHaveLength(6);
    expect(ofKind(probes, 'uniform')).toHaveLength(18);
    expect(ofKind(probes, 'heldout')).toHaveLength(18);
    for (const half of [probes.slice(0, 21), probes.slice(21)])
      expect(new Set(half.map(({ kind }) => kind)).size).toBe(3);
  });

  test('without a gain over the reference all are uniform', async () => {
    const probes = await draw(20, 1, honest, honest);
    expect(probes).toHaveLength(20);
  });

  test('every position is asked about in the long run, the last one too', async () => {
    const seen = new Set<number>();
    for (let seed = 0; seed < 50; seed++)
      for (const { position } of await draw(20, seed, honest, null)) seen.add(position);
    expect([...seen].sort()).toEqual([0, 1, 2, 4, 5, 6, 7]);
  });

  test('more probes than rows: as many as there can be', async () => {
    const probes = await draw(10_000, 3, honest, null);
    expect(probes.length).toBeGreaterThan(ROWS / 2);
    expectLawful(probes);
  });
});
