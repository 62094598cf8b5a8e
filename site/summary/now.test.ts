import { expect, it } from 'vitest';
import { NOW_ON } from '../../testing/examples/now.ts';
import { basisOf, machineRows, nowSaid, pullRows, secondsLeft } from './now.ts';

const NOW = NOW_ON('cpu');
const TRACK = NOW.tracks.cpu!;
const AT = Date.parse(NOW.at);

it('the time left counts the rest of what is out, the runs that come at least, and those of everyone before', () => {
  // main's own 300; #901: 180 and 300 are out and 2 more come; then one run each.
  const first = 300 + 180 + 300 + 600;
  expect(secondsLeft(TRACK, AT)).toEqual([first / 2, (first + 300) / 2, (first + 600) / 2, null]);
  // Nobody is faster than its own run, however many places there are.
  expect(secondsLeft({ ...TRACK, places: 1000 }, AT)).toEqual([600, 300, 300, null]);
  // What is late is expected at any moment, and never in the past.
  expect(secondsLeft({ ...TRACK, own: [], pulls: [{ ...TRACK.pulls[0]!, needed: 1 }] }, AT + 9e6)).toEqual([
    300,
  ]);
  const out = { ...TRACK.pulls[0]!, needed: 1, runs: TRACK.pulls[0]!.runs.slice(0, 1) };
  expect(pullRows({ ...TRACK, own: [], pulls: [out] }, AT + 9e6, String)[0]!.at(-1)).toMatch(/^any moment/);
});

it('without a machine, or a run that ended, no time is known', () => {
  expect(secondsLeft({ ...TRACK, places: 0 }, AT)).toEqual([null, null, null, null]);
  expect(secondsLeft({ ...TRACK, recent: null }, AT)).toEqual([null, null, null, null]);
  expect(basisOf({ ...TRACK, recent: null })).toContain('No run has ended yet');
});

it('rows and sentences say what is there', () => {
  expect(pullRows(TRACK, AT, (pull) => `#${pull}`)).toEqual([
    ['#901', 'vega', 'measured now', 'confirm on ada.desk, confirm on a runner', 1, 4, '12 min'],
    ['#902', 'nova', 'in line, the next', '', 0, 1, '14 min'],
    ['#903', 'nova', 'in line, like what was tried, after 1', '', 0, 1, '17 min'],
    ['#904', 'nova', "waits for the author's earlier ones", '', 0, 1, 'not known'],
  ]);
  expect(machineRows(NOW.machines).map((row) => row.slice(3))).toEqual([
    ['busy', '2026-01-02 11:59 UTC'],
    ['free', '2026-01-02 11:50 UTC'],
    ['silent', 'never'],
  ]);
  expect(nowSaid(NOW, 'cpu')).toBe(
    "1 pull request is measured, 2 in line, 1 waits for something else. 1 run of main's own file is out. 1 of 3 lent machines is free.",
  );
  expect(nowSaid(NOW, 'constructor')).toBe('Nothing is measured on this track now.');
});
