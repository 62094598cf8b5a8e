import { expect, test } from 'vitest';
import { CommandReader, parseCommand } from './commands.ts';

test('a line that begins with two colons is a command, also after white space', () => {
  expect(parseCommand('  ::error file=a%2Cb.ts,line=3::lost%0Ait')).toEqual({
    name: 'error',
    properties: { file: 'a,b.ts', line: '3' },
    message: 'lost\nit',
  });
});

test('the older form is a command anywhere in a line', () => {
  expect(parseCommand('epoch 3 ##[set-env name=PATH;]/tmp')).toEqual({
    name: 'set-env',
    properties: { name: 'PATH' },
    message: '/tmp',
  });
});

test('text with colons inside, and names the runner does not know, are only text', () => {
  const reader = new CommandReader([]);
  for (const line of ['a ::error::b', 'std::vector', '::nothing::x', '##[unknown]', ': :error::x', '::error'])
    expect(reader.read(line), line).toBeNull();
  expect(reader.executed).toEqual([]);
});

test('between stop-commands and its word nothing is executed', () => {
  const reader = new CommandReader([]);
  reader.read('::stop-commands::word-7');
  expect(reader.read('::error::a')).toBeNull();
  expect(reader.read('##[add-mask]b')).toBeNull();
  reader.read('::word-7::');
  expect(reader.read('::notice::c')?.message).toBe('c');
  expect(reader.executed.map((c) => c.name)).toEqual(['stop-commands', 'notice']);
});

test('a masked word never reaches the log', () => {
  const reader = new CommandReader(['token-1']);
  reader.read('::add-mask::hunter2');
  expect(reader.mask('token-1 and hunter2')).toBe('*** and ***');
});
