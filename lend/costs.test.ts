import { expect, test } from 'vitest';
import { costsOf, describeCosts, duration, typedNumber } from './costs.ts';

const known = { computerWatts: null, cardWatts: 450, seconds: 400, price: 0.3 };

test('a card at 450 W for 400 s is a twentieth of a kilowatt-hour', () => {
  const costs = costsOf(known);
  expect(costs).toMatchObject({ watts: 450, kWh: 0.05, price: 0.3 });
  expect(costs.money).toBeCloseTo(0.015);
  expect(describeCosts(costs)).toBe(
    "A job takes up to 7 min and draws up to 450 W (the card's limit, without the rest of the computer): 0.05 kWh, 0.015 at 0.3 a kWh.",
  );
});

test("the owner's own figure is of the whole computer, and goes first", () => {
  expect(costsOf({ ...known, computerWatts: 600 })).toMatchObject({ watts: 600, of: 'the whole computer' });
});

test('what is not known is said, not guessed', () => {
  expect(describeCosts(costsOf({ ...known, cardWatts: null }))).toContain('is not known');
  expect(costsOf({ ...known, cardWatts: null })).toMatchObject({ watts: null, kWh: null, money: null });
  expect(describeCosts(costsOf({ ...known, price: null }))).toContain('--price');
});

test('electricity that costs nothing costs nothing', () => {
  expect(costsOf({ ...known, price: 0 }).money).toBe(0);
  expect(describeCosts(costsOf({ ...known, price: 0 }))).toContain(', 0 at 0 a kWh');
});

test.each([
  ['0.31', 0.31],
  [' 0,31 ', 0.31],
  ['30', 30],
  ['', null],
  ['0.31 EUR', undefined],
  ['-1', undefined],
  ['1e9', undefined],
])('typed: %j', (text, value) => {
  expect(typedNumber(text)).toBe(value);
});

test('durations', () => {
  expect([5, 99, 100, 370, 7200].map(duration)).toEqual(['5 s', '99 s', '2 min', '6 min', '2 h']);
});
