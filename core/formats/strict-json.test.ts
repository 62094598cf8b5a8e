import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

describe('JSON that two readers could read differently is refused', () => {
  it.each([
    ['a key twice', '{"a": 1, "a": 2}', 'there twice'],
    ['one of them escaped', String.raw`{"a": 1, "\u0061": 2}`, 'there twice'],
    ['a key twice after a list', '{"list": [1, {}], "a": 1, "a": 2}', 'there twice'],
    ['a key twice inside', '[{"in": {"a": 1, "a": {}}}]', 'there twice'],
    ['a number beyond all numbers', '{"a": [1e999]}', 'not finite'],
    ['one below all numbers', '-1e999', 'not finite'],
    ['one with very many digits', `{"a": ${'9'.repeat(400)}}`, 'not finite'],
    ['one with a fraction', '{"a":\n 1.5E+999}', 'not finite'],
  ])('%s', (_name, text, reason) => expect(() => parseStrictJson(text)).toThrow(reason));

  it('and the message quotes no more of a key than a line', () => {
    const key = JSON.stringify('k'.repeat(5000));
    const read = () => parseStrictJson(`{${key}: 1, ${key}: 2}`);
    expect(read).toThrow(/^.{80,200}$/);
  });
});

it('as the bot writes it, too', () => {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const value = { a: [1, { a: 'x' }], b: null };
  expect(parseStrictJson(text(value))).toEqual(value);
  expect(() => parseStrictJson(text(value).replace('"b"', '"a"'))).toThrow('there twice');
  expect(() => parseStrictJson(text(value).replace('null', '1e999'))).toThrow('not finite');
});

it.each([
  '{"a": {"a": 1}, "b": {"a": 2}}',
  '[{"a": 1}, {"a": 1}]',
  '{"a": "a", "b": ["a", "a", "b"]}',
  String.raw`{"a": "\"a\": {", "b": "}"}`,
  '[1e308, null, "Infinity"]',
])('%s means one thing', (text) => expect(parseStrictJson(text)).toEqual(JSON.parse(text)));
