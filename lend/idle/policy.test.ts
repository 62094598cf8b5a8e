import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge, type Named, type Now, type Standing, unseen } from './policy.ts';
import type { Reading } from './probes/probe.ts';

type Verdict = Reading['verdict'];
const reading = (verdict: Verdict, name = 'person'): Named => ({
  name,
  verdict,
  why: `${name} is ${verdict}`,
});
const at = (seconds: number, jump = 0): Now => ({ wall: (seconds + jump) * 1000, steady: seconds * 1000 });

/** One reading every two seconds, for so many seconds each. */
function after(...spans: [Verdict[], number][]): Standing {
  let standing = unseen(at(0));
  let second = 0;
  for (const [verdicts, seconds] of spans)
    for (const end = second + seconds; second < end; ) {
      second += 2;
      standing = judge(
        standing,
        verdicts.map((one, i) => reading(one, `probe ${i}`)),
        at(second),
      );
    }
  return standing;
}

test.each<[string, [Verdict[], number][], boolean]>([
  ['free for three minutes', [[['free'], 184]], true],
  ['free for less', [[['free'], 178]], false],
  ['absent has no say', [[['absent', 'free'], 184]], true],
  ['nothing at all says that it is busy', [[['absent'], 184]], true],
  ['unknown counts as busy', [[['free', 'unknown'], 600]], false],
  ['one busy among many', [[['free', 'busy', 'free'], 600]], false],
  [
    'a key press in between begins the three minutes again',
    [
      [['free'], 170],
      [['busy'], 2],
      [['free'], 170],
    ],
    false,
  ],
  [
    'a short disturbance of a free machine changes nothing',
    [
      [['free'], 184],
      [['busy'], 4],
    ],
    true,
  ],
  [
    'nor do many short ones',
    [
      [['free'], 184],
      ...Array.from({ length: 20 }, (_, i): [Verdict[], number] => [[i % 2 ? 'free' : 'busy'], 4]),
    ],
    true,
  ],
  [
    'five seconds of it do',
    [
      [['free'], 184],
      [['busy'], 8],
    ],
    false,
  ],
  [
    'so do five seconds of knowing nothing',
    [
      [['free'], 184],
      [['unknown'], 8],
    ],
    false,
  ],
])('%s', (_, spans, isFree) => {
  expect(after(...spans).free).toBe(isFree);
});

test('it says why, and how long it still waits', () => {
  expect(after([['busy', 'unknown'], 10]).why).toEqual([
    'probe 0 is busy',
    'probe 1: unknown, probe 1 is unknown',
  ]);
  expect(after([['busy'], 10], [['free'], 60]).why).toEqual(['free for 58 s of 180']);
  expect(after([['free'], 190]).why).toEqual([]);
});

test.each([
  ['suspended, one clock stood', at(200, 3600)],
  ['suspended, both clocks ran', at(200 + 3600)],
  ['the clock set back', at(200, -3600)],
  ['a program that was stopped for a minute', at(190 + 60)],
])('%s: busy at once, though every reading says free', (_, now) => {
  const before = after([['free'], 190]);
  expect(before.free).toBe(true);
  const woken = judge(before, [reading('free')], now);
  expect(woken).toMatchObject({ free: false, since: now });
  expect(woken.why[0]).toMatch(/slept|clock/);
  // And three minutes pass again.
  const later = (seconds: number) => ({
    wall: now.wall + seconds * 1000,
    steady: now.steady + seconds * 1000,
  });
  let standing = woken;
  for (let i = 2; i <= 180; i += 2) standing = judge(standing, [reading('free')], later(i));
  expect(standing.free).toBe(false);
  expect(judge(standing, [reading('free')], later(182)).free).toBe(true);
});

/** Many readings alike, so many seconds apart; now and then a long gap before the first. */
const spans = fc.array(
  fc.record({
    free: fc.boolean(),
    readings: fc.integer({ min: 1, max: 80 }),
    apart: fc.integer({ min: 1, max: 8 }),
    gap: fc.constantFrom(0, 0, 0, 0, 31, 5000),
  }),
  { maxLength: 20 },
);

test('whatever the readings: free only after three minutes without a busy one, busy only after five seconds without a free one', () => {
  let turns = 0;
  fc.assert(
    fc.property(spans, (all) => {
      let [standing, second, quiet] = [unseen(at(0)), 0, 0];
      const seen: { second: number; free: boolean }[] = [];
      for (const { free, readings, apart, gap } of all)
        for (let i = 0; i < readings; i += 1) {
          const slept = i === 0 && gap > 0;
          second += slept ? gap : apart;
          if (slept) quiet = second;
          else seen.push({ second, free });
          const before = standing;
          standing = judge(standing, [reading(free ? 'free' : 'busy')], at(second));
          if (slept) expect(standing.free).toBe(false);
          if (slept || standing.free === before.free) continue;
          turns += 1;
          const span = standing.free ? 180 : 5;
          const late = seen.filter((one) => one.second >= second - span && one.second > quiet);
          expect(late.every((one) => one.free === standing.free)).toBe(true);
          expect(second - quiet).toBeGreaterThanOrEqual(span);
        }
    }),
  );
  expect(turns).toBeGreaterThan(20);
});
