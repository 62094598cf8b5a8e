import { expect, test } from 'vitest';
import { hoursAt, nextTime, parseHours } from './hours.ts';
import { schedule } from './probes/schedule.ts';

const at = (hours: ReturnType<typeof parseHours>, time: string) => {
  const found = hoursAt(hours, Date.parse(time));
  return 'until' in found
    ? `until ${found.until.toISOString()}`
    : `next ${found.next?.toISOString() ?? 'never'}`;
};
const night = parseHours('0 22 * * * for 10h in Europe/Berlin', null);
const weekdays = parseHours('30 18 * * 1-5 for 90m in UTC', null);
const hourly = parseHours('0 * * * * for 1h30m in UTC', null);

test.each([
  ['before', night, '2026-11-27T20:59:59Z', 'next 2026-11-27T21:00:00.000Z'],
  ['in the very second', night, '2026-11-27T21:00:00Z', 'until 2026-11-28T07:00:00.000Z'],
  ['after midnight', night, '2026-11-28T01:00:00Z', 'until 2026-11-28T07:00:00.000Z'],
  ['in the second in which it ends', night, '2026-11-28T07:00:00Z', 'next 2026-11-28T21:00:00.000Z'],
  ['in summer it is an hour earlier by UTC', night, '2026-07-01T20:00:00Z', 'until 2026-07-02T06:00:00.000Z'],
  ['a Friday', weekdays, '2026-11-27T19:00:00Z', 'until 2026-11-27T20:00:00.000Z'],
  ['a Saturday', weekdays, '2026-11-28T19:00:00Z', 'next 2026-11-30T18:30:00.000Z'],
  ['hours that overlap never end', hourly, '2026-11-28T19:29:00Z', 'until 2026-11-28T20:30:00.000Z'],
])('%s', (_, hours, time, expected) => {
  expect(at(hours, time)).toBe(expected);
});

test('with --until each of them ends at that time of day, on the night when the clocks are set back too', () => {
  const hours = parseHours('0 22 * * * in Europe/Berlin', '08:00');
  expect(at(hours, '2026-10-25T05:00:00Z')).toBe('until 2026-10-25T07:00:00.000Z');
  expect(at(hours, '2026-10-25T07:30:00Z')).toBe('next 2026-10-25T21:00:00.000Z');
});

test.each([
  ['0 22 * * *', null, 'not how long'],
  ['0 25 * * * for 1h', null, 'MINUTE HOUR DAY MONTH WEEKDAY'],
  ['0 0 22 * * * for 1h', null, '5 parts'],
  ['nonsense', '08:00', 'MINUTE HOUR DAY'],
  ['', '08:00', 'MINUTE HOUR DAY'],
  ['0 22 * * * for long', null, '`for long`'],
  ['0 22 * * * for 0h', null, '`for 0h`'],
  ['0 22 * * * for 10h', '08:00', 'leave out --until'],
  ['0 22 * * * for 10h in Mars/North', null, 'Mars/North is no time zone'],
  ['0 0 31 2 * for 1h', null, 'no such day'],
])('%j with --until %s is refused', (text, until, why) => {
  expect(() => parseHours(text, until)).toThrow(why);
});

test('a time of day is today where it is still to come, else tomorrow', () => {
  const now = new Date(2026, 10, 27, 9, 0).getTime();
  expect(nextTime('10:30', now)).toEqual(new Date(2026, 10, 27, 10, 30));
  expect(nextTime('08:00', now)).toEqual(new Date(2026, 10, 28, 8, 0));
});

test('the probe says until when, and from when again', async () => {
  const end = new Date('2026-11-28T07:00:00Z');
  const read = (time: string) => schedule(night, () => Date.parse(time)).read(AbortSignal.timeout(1000));
  expect(await read('2026-11-28T01:00:00Z')).toMatchObject({
    verdict: 'free',
    why: expect.stringContaining(`${String(end.getHours()).padStart(2, '0')}:00`),
  });
  expect(await read('2026-11-28T12:00:00Z')).toMatchObject({ verdict: 'busy' });
});
