import { expect, it } from 'vitest';
import { inertLine } from './terminal.ts';

it('a line on a terminal has at most so many characters, and says that it was cut', () => {
  expect(inertLine('12345', 5)).toBe('12345');
  expect(inertLine('123456', 5)).toBe('1234…');
  expect(inertLine('👍👍👍👍👍', 5)).toBe('👍👍👍👍👍');
  expect(inertLine('👍👍👍👍👍👍', 5)).toBe('👍👍👍👍…');
});

it('blanks and line ends of any number are one blank, and none at the ends', () => {
  expect(inertLine(' a \t b\r\n\nc ')).toBe('a b c');
});
