import { expect, it } from 'vitest';
import { Live } from './live.ts';

it('however many pages come, there are so many places, and one that is left is taken again', () => {
  const live = new Live(1000, 0);
  const leave: (() => void)[] = [];
  for (let second = 0; second < 600; second += 1)
    for (let i = 0; i < 50; i += 1) leave.push(...[live.place(second * 1000)].filter((one) => one !== null));
  expect(leave).toHaveLength(1000);
  leave[0]!();
  leave[0]!();
  expect([live.place(601_000), live.place(601_000)].map((one) => one !== null)).toEqual([true, false]);
});

it('who comes and goes all the time gets twenty places in a second', () => {
  const live = new Live(1000, 0);
  let taken = 0;
  for (let i = 0; i < 10_000; i += 1) {
    const leave = live.place(i);
    if (leave) taken += 1;
    leave?.();
  }
  expect(taken).toBeLessThanOrEqual(200 + 10 * 20);
  expect(taken).toBeGreaterThan(300);
});
