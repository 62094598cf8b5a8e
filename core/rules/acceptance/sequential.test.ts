import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weigh, zScore } from './evidence.ts';
import { type Case, type MeasuredRun, RULE } from './rule.ts';
import type { Ruling } from './ruling.ts';
import { type Decision, decide } from './sequential.ts';

let seed = 0;
const run = (stage: MeasuredRun['stage'], owner: string, valBpb: number): MeasuredRun => ({
  stage,
  owner,
  machine: `${owner}-1`,
  valBpb,
  seed: seed++,
});
const runs = (stage: MeasuredRun['stage'], by: Record<string, number[]>) =>
  Object.entries(by).flatMap(([owner, losses]) => losses.map((loss) => run(stage, owner, loss)));

/** `count` losses around `center`, a tenth of sigma apart. */
const near = (center: number, count: number) =>
  Array.from({ length: count }, (_, i) => center + (i - (count - 1) / 2) * 1e-4 + 1e-9 * seed++);

/** Confirming runs around `center`, so many by each of four owners. */
const by = (center: number, each: number) =>
  runs('confirm', Object.fromEntries(['ada', 'bell', 'cori', 'dee'].map((who) => [who, near(center, each)])));

/** An H100 track whose incumbent was measured by four owners at 0.98, with a sigma of 0.001. */
const incumbent = runs('baseline', {
  ada: [0.9801, 0.9795],
  bell: [0.9808, 0.9796],
  cori: [0.9802, 0.9803],
  dee: [0.9797, 0.9798],
});
const track = (over: Partial<Case>): Case => ({
  author: 'nova',
  candidate: [],
  incumbent,
  others: [],
  prior: { sigma: 0.001, degrees: 8 },
  fewOwners: 'wait',
  ...over,
});
const verdict = (decision: Decision): Ruling => {
  if (decision.kind !== 'verdict') throw new Error(`expected a verdict, got ${JSON.stringify(decision)}`);
  return decision;
};

describe('exploring', () => {
  it('waits for the incumbent to be measured four times', () => {
    const young = track({ incumbent: incumbent.slice(0, 1) });
    expect(decide(young)).toMatchObject({ kind: 'measure', stage: 'baseline', runs: 4 });
  });

  it('begins with one run', () => {
    expect(decide(track({}))).toMatchObject({ kind: 'measure', stage: 'explore', runs: 1 });
  });

  it('ends a clear regression after that one run, and says so', () => {
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: [0.99] }) })));
    expect(ruling).toMatchObject({ verdict: 'regressed', code: 'worse', valBpb: 0.99, couldHide: 0 });
    expect(ruling.evidence!.effect.high).toBeLessThan(0);
  });

  it('calls a run like the incumbent inconclusive, with the gain it could still hide', () => {
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: [0.9805] }) })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'no-gain' });
    expect(ruling.couldHide).toBeGreaterThan(0.0005);
    expect(ruling.couldHide).toBeLessThan(0.0015);
    expect(ruling.moreRuns).toBeGreaterThan(0);
  });

  it('looks again at a run in between, at most four times', () => {
    const between = [0.97921, 0.97924, 0.97919, 0.97922];
    for (let n = 1; n < 4; n++) {
      const decision = decide(track({ candidate: runs('explore', { ada: between.slice(0, n) }) }));
      expect(decision).toMatchObject({ kind: 'measure', stage: 'explore', runs: n + 1 });
    }
    const ruling = verdict(decide(track({ candidate: runs('explore', { ada: between }) })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'undecided' });
  });

  it('asks for four fresh runs when one looks promising, none of them by the author', () => {
    expect(decide(track({ candidate: runs('explore', { ada: [0.9775] }) }))).toMatchObject({
      kind: 'measure',
      stage: 'confirm',
      runs: 4,
      placement: { notOwners: ['nova'], perOwner: 2 },
    });
  });
});

describe('confirming', () => {
  const explored = runs('explore', { ada: [0.9775] });
  const fresh = { ada: [0.9764], bell: [0.9761], cori: [0.9768], dee: [0.9759] };

  it('merges a gain that fresh runs on several owners confirm; the record is theirs alone', () => {
    const confirmations = runs('confirm', fresh);
    const ruling = verdict(decide(track({ candidate: [...explored, ...confirmations] })));
    expect(ruling).toMatchObject({
      verdict: 'improved',
      code: 'confirmed',
      couldHide: 0,
      singleOwner: false,
    });
    expect(ruling.record).toEqual(confirmations);
    expect(ruling.valBpb).toBeCloseTo(0.9763, 10);
    expect(ruling.evidence).toMatchObject({ candidateRuns: 4, owners: 4 });
    expect(ruling.evidence!.effect.estimate).toBeCloseTo(0.0037, 6);
  });

  it('does not merge a lucky first run that fresh ones do not repeat', () => {
    const back = runs('confirm', { ada: [0.9801], bell: [0.9797], cori: [0.9806], dee: [0.9795] });
    const ruling = verdict(decide(track({ candidate: [...explored, ...back] })));
    expect(ruling).toMatchObject({ verdict: 'inconclusive', code: 'not-confirmed', record: [] });
    expect(ruling.valBpb).toBeCloseTo(0.979975, 9);
  });

  describe('a small gain', () => {
    const first = [...runs('explore', { ada: [0.9783] }), ...by(0.9786, 1)];
    const measured = [...incumbent, ...runs('baseline', { ada: near(0.98, 4), bell: near(0.98, 4) })];

    it('that is promising and not shown has the incumbent measured twice as often, before its next round', () => {
      const few = track({ candidate: first, incumbent: incumbent.filter((run) => run !== incumbent[0]) });
      expect(decide(few)).toMatchObject({ kind: 'measure', stage: 'baseline', runs: 8 });
      expect(decide(track({ candidate: first }))).toMatchObject({
        kind: 'measure',
        stage: 'confirm',
        runs: 8,
        placement: { notOwners: ['nova'], perOwner: 4 },
      });
    });

    it('never has more runs of the incumbent asked for than are kept', () => {
      const candidate = [...first, ...by(0.9795, 1), ...by(0.9797, 1)];
      expect(decide(track({ candidate, incumbent: measured }))).toMatchObject({ stage: 'confirm', runs: 16 });
    });

    it('merges after the second round with all eight fresh runs as its record', () => {
      const candidate = [...first, ...by(0.9784, 1)];
      const ruling = verdict(decide(track({ candidate, incumbent: measured })));
      expect(ruling).toMatchObject({ verdict: 'improved', code: 'confirmed' });
      expect(ruling.record).toHaveLength(8);
      expect(ruling.evidence).toMatchObject({ candidateRuns: 8, owners: 4 });
    });

    it('is refused after the second round when that takes it back', () => {
      const candidate = [...first, ...by(0.9806, 1)];
      expect(verdict(decide(track({ candidate, incumbent: measured })))).toMatchObject({
        verdict: 'inconclusive',
        code: 'not-confirmed',
      });
    });

    it('finishes a round that has begun, even where the first one would now be enough', () => {
      const enough = [...runs('explore', { ada: [0.9763] }), ...by(0.9762, 1)];
      expect(verdict(decide(track({ candidate: enough }))).verdict).toBe('improved');
      const candidate = [...enough, run('confirm', 'ada', 0.97631)];
      expect(decide(track({ candidate }))).toMatchObject({ kind: 'measure', stage: 'confirm', runs: 8 });
    });
  });

  it('does not merge a noisy file on the calm of the incumbent', () => {
    const wild = runs('confirm', { ada: [0.97], bell: [0.985], cori: [0.971], dee: [0.982] });
    expect(verdict(decide(track({ candidate: [...explored, ...wild] })))).toMatchObject({
      code: 'not-confirmed',
    });
  });

  it("counts neither the author's machines nor a third run of one owner", () => {
    const confirmations = runs('confirm', {
      nova: [0.97, 0.971],
      ada: [0.9764, 0.9761, 0.9766],
      bell: [0.976],
    });
    expect(decide(track({ candidate: [...explored, ...confirmations] }))).toMatchObject({
      kind: 'measure',
      stage: 'confirm',
      runs: confirmations.length + 1,
    });
  });

  it("does not let the author's own exploring run speak for the gain", () => {
    const confirmations = runs('confirm', fresh);
    const own = verdict(
      decide(track({ candidate: [...runs('explore', { nova: [0.9] }), ...confirmations] })),
    );
    expect(own.evidence!.candidateRuns).toBe(4);
    expect(own.valBpb).toBeCloseTo(0.9763, 10);
  });

  it('corrects for a machine that measures low', () => {
    // ada's machine shows everything 0.006 lower, the incumbent too: what it says of the candidate is no gain.
    const low = runs('baseline', {
      ada: [0.974, 0.9742, 0.9739],
      bell: [0.98, 0.9802, 0.9799],
      cori: [0.9801, 0.98, 0.9803],
    });
    const candidate = runs('explore', { ada: [0.9741] });
    expect(verdict(decide(track({ incumbent: low, candidate }))).code).toBe('no-gain');
    expect(decide(track({ candidate }))).toMatchObject({ kind: 'measure', stage: 'confirm' });
  });
});

describe('no owner decides alone', () => {
  const explored = runs('explore', { eve: [0.975] });

  it('has the incumbent measured better, then asks for more rounds, when the gain depends on one owner; then refuses', () => {
    const calm = runs('explore', { eve: [0.9783] });
    const round = () => runs('confirm', { eve: near(0.9782, 2), bell: near(0.9792, 2) });
    const candidate = [...calm, ...round()];
    expect(decide(track({ candidate, incumbent: incumbent.slice(0, 4) }))).toMatchObject({
      stage: 'baseline',
      runs: 8,
      placement: { notOwners: [] },
    });
    const twice = decide(track({ candidate }));
    expect(twice).toMatchObject({ kind: 'measure', stage: 'confirm', runs: 8, placement: { perOwner: 4 } });

    const measured = [...incumbent, ...runs('baseline', { ada: near(0.98, 4), dee: near(0.98, 4) })];
    candidate.push(...round());
    const thrice = decide(track({ candidate, incumbent: measured }));
    expect(thrice).toMatchObject({ kind: 'measure', stage: 'confirm', runs: 12, placement: { perOwner: 6 } });
    candidate.push(...runs('confirm', { eve: near(0.9782, 4), bell: near(0.9798, 4) }));
    expect(verdict(decide(track({ candidate, incumbent: measured })))).toMatchObject({
      verdict: 'inconclusive',
      code: 'leans-on-one-owner',
    });
  });

  it('takes a file for as unsteady as the others show it: calm runs of one owner do not hide that', () => {
    const calm = [...runs('explore', { eve: [0.97701] }), ...runs('confirm', { eve: [0.97699, 0.977] })];
    const steady = runs('confirm', { bell: [0.9769], cori: [0.9771] });
    expect(verdict(decide(track({ candidate: [...calm, ...steady] }))).verdict).toBe('improved');
    const unsteady = runs('confirm', { bell: [0.9752], cori: [0.9788] });
    expect(decide(track({ candidate: [...calm, ...unsteady] }))).toMatchObject({ kind: 'measure', runs: 8 });
  });

  it.each([
    ['one owner measured it all', { eve: [0.9901, 0.9895, 0.9903, 0.9899] }, 8],
    ['others measured it once', { eve: [0.9901, 0.9895, 0.9903], ada: [0.9899] }, 7],
  ])('has the incumbent measured four times by others first when %s', (_, incumbents, wanted) => {
    const candidate = [...explored, ...runs('confirm', { ada: [0.98, 0.9801], bell: [0.9798, 0.9804] })];
    expect(decide(track({ incumbent: runs('baseline', incumbents), candidate }))).toMatchObject({
      kind: 'measure',
      stage: 'baseline',
      runs: wanted,
      placement: { notOwners: ['eve'] },
    });
  });

  it('merges only what the other owners show without that one, whatever one owner reports, in whatever round', () => {
    // Even over the range, which fc.double is not.
    const between = (low: number, high: number) =>
      fc.integer({ min: 0, max: 1e6 }).map((n) => low + ((high - low) * n) / 1e6);
    const wild = { weight: 1, arbitrary: between(0.5, 1.5) };
    // Mostly lies that could pass: they are dangerous, wild ones give themselves away.
    const flattery = fc.oneof({ weight: 100, arbitrary: between(0.975, 0.979) }, wild);
    const harm = fc.oneof({ weight: 100, arbitrary: between(0.98, 0.983) }, wild);
    const losses = fc.record({
      gain: between(0, 0.004),
      rounds: fc.integer({ min: 1, max: RULE.shownZ.length }),
      honest: fc.array(between(-0.001, 0.001), { minLength: 8, maxLength: 8 }),
      boosted: fc.array(flattery, { minLength: 8, maxLength: 8 }),
      boostedExplore: flattery,
      incumbentByEve: fc.array(harm, { maxLength: 8 }),
      filesByEve: fc.array(fc.array(harm, { maxLength: 4 }), { maxLength: 3 }),
    });
    let merged = 0;
    fc.assert(
      fc.property(losses, ({ gain, rounds, honest, boosted, boostedExplore, incumbentByEve, filesByEve }) => {
        const confirmations = Array.from({ length: rounds }, (_, i) => [
          ...runs('confirm', { eve: boosted.slice(2 * i, 2 * i + 2) }),
          run('confirm', 'bell', 0.98 - gain + honest[2 * i]!),
          run('confirm', 'cori', 0.98 - gain + honest[2 * i + 1]!),
        ]);
        const candidate = [...runs('explore', { eve: [boostedExplore] }), ...confirmations.flat()];
        const given = track({
          candidate,
          incumbent: [...incumbent, ...runs('baseline', { eve: incumbentByEve })],
          others: filesByEve.map((file) => runs('explore', { eve: file })),
        });
        const decision = decide(given);
        if (decision.kind !== 'verdict' || decision.verdict !== 'improved') return;
        merged += 1;
        const counted = [candidate[0]!, ...decision.record];
        const honestly = weigh(given, counted, 'eve');
        expect(zScore(honestly, honestly.values)).toBeGreaterThanOrEqual(RULE.shownZ[rounds - 1]!);
      }),
      { numRuns: 2000 },
    );
    expect(merged).toBeGreaterThan(20);
  });
});

describe('runs of machines that never measured the incumbent', () => {
  const early = '2026-11-01T00:00:00Z';
  const late = '2026-11-02T00:00:00Z';
  const unguided = (list: MeasuredRun[], at = early) => list.map((one) => ({ ...one, guided: false, at }));
  const lucky = () => runs('explore', { ada: [0.9763] });
  const known = incumbent.map((one) => ({ ...one, at: '2026-10-01T00:00:00Z' }));

  it('explore, and count where two owners’ machines knew it', () => {
    const candidate = [
      ...unguided(lucky()),
      ...runs('confirm', { ada: [0.9764], bell: [0.9761] }),
      ...unguided(runs('confirm', { eve: [0.9768, 0.9759] })),
    ];
    expect(verdict(decide(track({ candidate, incumbent: known }))).verdict).toBe('improved');
  });

  it('do not merge a gain alone, or beside one owner who says otherwise', () => {
    const candidate = [...unguided(lucky()), ...unguided(by(0.9762, 1))];
    expect(decide(track({ candidate, incumbent: known }))).toMatchObject({
      ...{ kind: 'measure', stage: 'baseline', runs: known.length + 1 },
      placement: { notOwners: ['nova'] },
    });
    const one = candidate.map((run) => (run.owner === 'ada' ? { ...run, guided: true } : run));
    expect(decide(track({ candidate: one, incumbent: known }))).toMatchObject({
      stage: 'baseline',
      placement: { notOwners: ['nova', 'ada'] },
    });
  });

  it('are followed by a round of those who have measured it since, and by no merge where none of that helps', () => {
    const since = runs('baseline', { ada: [0.9801], bell: [0.9799] }).map((one) => ({ ...one, at: late }));
    const round = unguided(by(0.9762, 1));
    const candidate = [...unguided(lucky()), ...round];
    const given = { candidate, incumbent: [...known, ...since] };
    expect(decide(track(given))).toMatchObject({
      ...{ kind: 'measure', stage: 'confirm', runs: 8 },
      placement: { notOwners: ['nova', 'cori', 'dee'], perOwner: 4 },
    });
    const again = runs('confirm', { ada: near(0.9762, 2), bell: near(0.9762, 2) });
    expect(verdict(decide(track({ ...given, candidate: [...candidate, ...again] }))).verdict).toBe(
      'improved',
    );
    const never = Array.from({ length: RULE.shownZ.length }, () => unguided(by(0.9762, 1)));
    const all = { ...given, candidate: [...candidate.slice(0, 1), ...never.flat()] };
    expect(verdict(decide(track(all)))).toMatchObject({ verdict: 'inconclusive', code: 'unguided' });
  });

  it('of the only owner are enough once that owner has measured it', () => {
    const incumbents = runs('baseline', { ada: [0.98, 0.9805, 0.9795, 0.9801] }).map((one) => ({
      ...one,
      at: early,
    }));
    const candidate = [
      ...unguided(lucky(), late),
      ...unguided(runs('confirm', { ada: near(0.9762, 4) }), late),
    ];
    const given = { candidate, incumbent: incumbents, fewOwners: 'accept' as const };
    expect(decide(track(given))).toMatchObject({ stage: 'baseline', runs: 5, placement: { notOwners: [] } });
  });
});

describe('a track with too few owners', () => {
  const explored = runs('explore', { ada: [0.977] });
  const alone = runs('confirm', { ada: [0.9764, 0.9761, 0.9766, 0.976] });

  it('waits for a second owner by default', () => {
    expect(decide(track({ candidate: [...explored, ...alone] }))).toMatchObject({
      stage: 'confirm',
      runs: 6,
    });
  });

  it('accepts with the mark `single owner` where the configuration says so', () => {
    const given = track({ candidate: [...explored, ...alone], fewOwners: 'accept' });
    expect(verdict(decide(given))).toMatchObject({ verdict: 'improved', singleOwner: true });
  });

  it("accepts even the author's own machines there, when there are no others", () => {
    const given = track({ author: 'ada', candidate: [...explored, ...alone], fewOwners: 'accept' });
    expect(verdict(decide(given))).toMatchObject({ verdict: 'improved', singleOwner: true });
  });
});

describe('one loss under several seeds', () => {
  const invalid = { verdict: 'invalid', code: 'pinned-seed' };
  const explored = (...given: [owner: string, loss: number][]) =>
    given.map(([owner, loss], seed): MeasuredRun => {
      return { stage: 'explore', seed, owner, machine: `${owner}-1`, valBpb: loss };
    });

  it.each<[string, [owner: string, loss: number][]]>([
    [
      'of four owners',
      [
        ['ada', 0.9789],
        ['bell', 0.9789],
        ['cori', 0.9789],
        ['dee', 0.9789],
      ],
    ],
    [
      'of one owner, and of two others who came in between',
      [
        ['ada', 0.9789],
        ['bell', 0.9789],
        ['cori', 0.9789],
        ['ada', 0.9789],
      ],
    ],
    [
      'of one owner, and of two others who came after',
      [
        ['ada', 0.9789],
        ['ada', 0.9789],
        ['bell', 0.9789],
        ['cori', 0.9789],
      ],
    ],
  ])('%s: the file ignores its seed', (_, given) => {
    expect(verdict(decide(track({ candidate: explored(...given) })))).toMatchObject(invalid);
  });

  it.each<[string, [owner: string, loss: number][], string[]]>([
    [
      'by one who repeats another’s',
      [
        ['ada', 0.9789],
        ['bell', 0.9789],
      ],
      ['bell'],
    ],
    [
      'by one who repeats it twice',
      [
        ['ada', 0.9789],
        ['bell', 0.9789],
        ['bell', 0.9789],
      ],
      ['bell'],
    ],
    [
      'by two logins of one person',
      [
        ['ada', 0.9789],
        ['bell', 0.9789],
        ['cori', 0.9789],
      ],
      ['bell', 'cori'],
    ],
    [
      'made up by one login of a person and repeated by the other',
      [
        ['ada', 0.9789],
        ['ada', 0.9789],
        ['bell', 0.9789],
      ],
      ['ada', 'bell'],
    ],
    [
      'on machines of one owner alone',
      [
        ['ada', 0.9789],
        ['ada', 0.9789],
      ],
      ['ada'],
    ],
  ])('%s is a suspicion: it does not count, and others measure instead', (_, given, notOwners) => {
    const decision = decide(track({ candidate: explored(...given) }));
    expect(decision).toMatchObject({
      kind: 'measure',
      stage: 'explore',
      runs: given.length + 1,
      placement: { notOwners },
    });
  });

  const marked = (owner: string, valBpb: number, marks: Partial<MeasuredRun>, seed: number): MeasuredRun => ({
    ...{ stage: 'explore', seed, owner, machine: `${owner}-1`, valBpb },
    ...marks,
  });

  it.each<[string, Partial<MeasuredRun>]>([
    ['the weights', { weights: 'a'.repeat(64) }],
    ['the held-out loss', { heldoutBpb: 0.9812345678901234 }],
  ])('and so are %s of another, under whatever loss', (_, marks) => {
    const candidate = [marked('ada', 0.9789, marks, 1), marked('bell', 0.9788, marks, 2)];
    const others = { kind: 'measure', stage: 'explore', runs: 3, placement: { notOwners: ['bell'] } };
    expect(decide(track({ candidate }))).toMatchObject(others);
    const again = candidate.map((run) => ({ ...run, seed: 1 }));
    expect(decide(track({ candidate: again }))).not.toMatchObject(others);
  });

  it('weights that no seed changes are a file that ignores it, also where its answers differ', () => {
    const weights = { weights: 'a'.repeat(64) };
    const candidate = ['ada', 'bell', 'cori', 'dee'].map((who, i) =>
      marked(who, 0.9789 + i * 1e-5, weights, i),
    );
    const ruling = verdict(decide(track({ candidate })));
    expect(ruling).toMatchObject({ ...invalid, record: [], singleOwner: false });
    expect(ruling.valBpb).toBeCloseTo(0.978915, 12);
  });

  it('does nothing to a decision that stands without the repeated one', () => {
    const { because: _, ...alone } = decide(track({ candidate: explored(['ada', 0.99]) }));
    expect(decide(track({ candidate: explored(['ada', 0.99], ['bell', 0.99]) }))).toMatchObject(alone);
  });

  it('of the only owner of a track that accepts one is enough', () => {
    const incumbent = runs('baseline', { ada: [0.979, 0.9795, 0.9785, 0.9791] });
    const given = track({
      candidate: explored(['ada', 0.9789], ['ada', 0.9789]),
      incumbent,
      fewOwners: 'accept',
    });
    expect(verdict(decide(given))).toMatchObject(invalid);
  });
});

it('answers the same whenever it is asked again', () => {
  const given = track({ candidate: runs('explore', { ada: [0.9785] }) });
  expect(decide(given)).toEqual(decide(structuredClone(given)));
});

it('says of an improvement how many contrary runs would cast doubt on it', () => {
  const candidate = [
    ...runs('explore', { ada: [0.9775] }),
    ...runs('confirm', { ada: [0.9772], bell: [0.9771], cori: [0.9769], dee: [0.9774] }),
  ];
  const ruling = verdict(decide(track({ candidate })));
  expect(ruling.verdict).toBe('improved');
  expect(ruling.moreRuns === null || ruling.moreRuns >= 1).toBe(true);
});

it('tells every question it asked, down to the one that decided', () => {
  const asked = (candidate: MeasuredRun[]) =>
    decide(track({ candidate })).because.map(({ rule, said, code }) => `${rule} ${said} ${code}`);
  const first = ['repeated-reports passed none', 'incumbent-runs passed enough'];
  expect(asked([])).toEqual(first);
  expect(asked([run('explore', 'ada', 0.97)])).toEqual([
    ...first,
    'offsets passed none',
    'gain passed promising',
  ]);
  expect(asked([run('explore', 'ada', 0.99)])).toEqual([
    ...first,
    'offsets passed none',
    'gain refused no-gain',
  ]);
  expect(asked(by(0.97, 1))).toEqual([
    ...first,
    'offsets passed none',
    'gain passed shown',
    'no-owner-alone passed stands',
    'guided passed enough',
  ]);
  expect(asked(by(0.981, 1)).at(-2)).toBe('gain refused not-confirmed');
  const oneHand = runs('confirm', { ada: near(0.95, 2), bell: [0.9801], cori: [0.9799] });
  expect(asked(oneHand)).toContain('no-owner-alone refused leans-on-one-owner');
});
