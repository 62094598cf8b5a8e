import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weigh, zScore } from '../acceptance/evidence.ts';
import { type Case, type MeasuredRun, RULE } from '../acceptance/rule.ts';
import { type ChainCase, certify, dueForCertification, ownersLeftOut } from './certify.ts';
import type { Link } from './chain.ts';
import { FRONTIER } from './parameters.ts';

const sigma = 0.001;
let seed = 0;
const run = (stage: MeasuredRun['stage'], owner: string, valBpb: number): MeasuredRun => ({
  stage,
  owner,
  machine: `${owner}.a`,
  seed: seed++,
  valBpb,
});
const link = (author: string, gain = 0.0015, over: Partial<Link> = {}): Link => ({
  file: author,
  pull: 1,
  author,
  gain,
  estimate: { loss: 0.98 - gain, variance: 1e-6 },
  tried: false,
  ...over,
});
const OWNERS = ['ada', 'bell', 'cori', 'dee'];
const incumbent = OWNERS.map((owner, i) => run('baseline', owner, 0.98 + (i - 1.5) * 2e-4));
const chain = ['nova', 'kai', 'nova', 'lin'].map((author) => link(author));
const certification = (candidate: MeasuredRun[], over: Partial<ChainCase> = {}) =>
  certify({
    chain,
    candidate,
    head: { loss: 0.974, variance: 1e-6 },
    main: { loss: 0.98, variance: 2.5e-7 },
    sigma,
    incumbent,
    others: [],
    prior: { sigma, degrees: 8 },
    fewOwners: 'wait',
    ...over,
  });
const around = (loss: number, owners = OWNERS) =>
  owners.map((owner, i) => run('confirm', owner, loss + (i - 1.5) * 2e-4));

describe('a chain', () => {
  it('begins with fresh runs: what its links were adopted for does not count', () => {
    expect(certification([])).toMatchObject({
      kind: 'measure',
      measure: { stage: 'confirm', runs: 4, placement: { notOwners: ['nova'], perOwner: 2 } },
    });
  });

  it('of small gains is certified at once, where none could be alone', () => {
    const decision = certification(around(0.9755));
    expect(decision).toMatchObject({ kind: 'certified' });
    expect(decision.kind === 'certified' && decision.ruling.record).toHaveLength(4);
    expect(certification(around(0.9789)).kind).not.toBe('certified');
  });

  it('is refuted when fresh runs show no gain, and costs no more than those', () => {
    expect(certification(around(0.9815))).toMatchObject({ kind: 'refuted', ruling: { code: 'worse' } });
  });

  it('is refuted by those alone where they contradict what it was adopted for, however sure that was', () => {
    const leap = { loss: 0.97, variance: 5e-7 };
    expect(certification(around(0.9805), { head: leap })).toMatchObject({ kind: 'refuted' });
    expect(certification(around(0.9793), { head: leap })).toMatchObject({
      kind: 'open',
      head: { loss: expect.closeTo(0.9793, 6) },
    });
  });

  it('is refuted though one owner says by ten sigma that it holds', () => {
    const lied = around(0.9805, ['ada', 'ada', 'bell', 'bell']).map((one) =>
      one.owner === 'ada' ? { ...one, valBpb: one.valBpb - 10 * sigma } : one,
    );
    expect(certification(lied)).toMatchObject({ kind: 'refuted' });
  });

  it('that is somewhat better and not shown stays open, and grows on', () => {
    expect(certification(around(0.9793))).toMatchObject({ kind: 'open', ruling: { code: 'not-confirmed' } });
  });

  it('whose file ignores its seed is refuted', () => {
    const same = OWNERS.map((owner) => run('confirm', owner, 0.97));
    expect(certification(same)).toMatchObject({ kind: 'refuted', ruling: { code: 'pinned-seed' } });
  });

  it('asks for the incumbent or another round as a single file does', () => {
    const promising = around(0.9786);
    expect(certification(promising)).toMatchObject({
      kind: 'measure',
      measure: { stage: 'baseline', runs: 5 },
    });
  });
});

describe('whose machines certify', () => {
  it('are not those of an author of half of the chain', () => {
    expect(ownersLeftOut(chain)).toEqual(['nova']);
    expect(ownersLeftOut([link('ada')])).toEqual(['ada']);
    expect(ownersLeftOut(['ada', 'bell', 'cori'].map((author) => link(author)))).toEqual([]);
  });

  it('and runs on those do not count', () => {
    const byAuthor = around(0.9755, ['nova', 'nova', 'nova', 'nova']);
    expect(certification(byAuthor)).toMatchObject({
      kind: 'measure',
      measure: { stage: 'confirm', runs: 8 },
    });
    const halves = ['nova', 'kai'].map((author) => link(author));
    const byBoth = around(0.9755, ['nova', 'kai', 'nova', 'kai']);
    expect(certification(byBoth, { chain: halves })).toMatchObject({
      kind: 'measure',
      measure: { stage: 'confirm', runs: 8, placement: { notOwners: ['nova', 'kai'] } },
    });
  });

  it('may be the only ones of a track that accepts them; main then says so', () => {
    const alone = around(0.9755, ['nova', 'nova', 'nova', 'nova']);
    const mine = around(0.98, ['nova', 'nova', 'nova', 'nova']);
    expect(certification(alone, { incumbent: mine })).toMatchObject({ kind: 'measure' });
    expect(certification(alone, { incumbent: mine, fewOwners: 'accept' })).toMatchObject({
      kind: 'certified',
      ruling: { singleOwner: true },
    });
  });
});

it('no owner certifies a chain alone, whatever their machines say of head and incumbent', () => {
  const between = (low: number, high: number) =>
    fc.integer({ min: 0, max: 1e6 }).map((n) => low + ((high - low) * n) / 1e6);
  const arbitrary = fc.record({
    gain: between(-0.001, 0.004),
    honest: fc.array(between(-0.001, 0.001), { minLength: 2, maxLength: 2 }),
    flattery: fc.array(between(0.96, 0.979), { minLength: 2, maxLength: 2 }),
    harm: fc.array(between(0.98, 0.984), { maxLength: 6 }),
  });
  let moved = 0;
  fc.assert(
    fc.property(arbitrary, ({ gain, honest, flattery, harm }) => {
      const fresh = [
        ...flattery.map((loss) => run('confirm', 'eve', loss)),
        run('confirm', 'bell', 0.98 - gain + honest[0]!),
        run('confirm', 'cori', 0.98 - gain + honest[1]!),
      ];
      const known = [...incumbent, ...harm.map((loss) => run('baseline', 'eve', loss))];
      // The liar wrote a link, too; a third of the chain is not enough to be left out.
      const decision = certification(fresh, {
        incumbent: known,
        chain: ['eve', 'kai', 'lin'].map((author) => link(author)),
      });
      if (decision.kind !== 'certified') return;
      moved += 1;
      const rest: Case = {
        author: '',
        candidate: fresh,
        incumbent: known,
        others: [],
        prior: { sigma, degrees: 8 },
        fewOwners: 'wait',
      };
      const without = weigh(rest, fresh, 'eve');
      expect(zScore(without, without.values)).toBeGreaterThanOrEqual(RULE.shownZ[0]!);
    }),
    { numRuns: 2000 },
  );
  expect(moved).toBeGreaterThan(20);
});

/** Runs after which the next certification is within its share. */
const SHARE = Math.ceil(FRONTIER.certifyRuns / FRONTIER.certifyShare);

describe('a certification is due', () => {
  const due = (over: Partial<Parameters<typeof dueForCertification>[0]> = {}) =>
    dueForCertification({
      chain: [link('ada', 0.006)],
      main: { loss: 0.98, variance: 1e-7 },
      sigma,
      runsSince: SHARE,
      ...over,
    });

  it('when the chain has gained enough, and certifications have not taken their share', () => {
    expect(due()).toBe(true);
    expect(due({ runsSince: SHARE - 1 })).toBe(false);
    expect(due({ chain: [link('ada', 0.003)] })).toBe(false);
    expect(due({ chain: [] })).toBe(false);
  });

  it('at once after a single large gain', () => {
    expect(due({ chain: [link('ada', 0.009)], runsSince: 1 })).toBe(true);
  });

  it('for a long chain whatever it gained, and never twice for one head', () => {
    const long = Array.from({ length: 24 }, () => link('ada', 0.0005));
    expect(due({ chain: long })).toBe(true);
    expect(due({ chain: [...long.slice(1), link('ada', 0.009, { tried: true })] })).toBe(false);
  });
});
