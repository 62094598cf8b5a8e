import { expect, it } from 'vitest';
import * as labels from './labels.ts';

const NAMES = Object.values(labels).flatMap((one) => (typeof one === 'function' ? [] : one));

it.each(NAMES)('the label %s is made with a colour and a description that GitHub takes', (name) => {
  const { color, description } = labels.labelOf(name);
  expect(color).toMatch(/^[0-9a-f]{6}$/);
  expect(description).toMatch(/^.{10,100}$/);
});

it('a label that Descent does not know is made too, without a description', () => {
  expect(labels.labelOf('of-tomorrow')).toEqual({ name: 'of-tomorrow', color: 'ededed' });
});
