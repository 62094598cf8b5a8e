import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeMachine, until } from '../../testing/fake-machine.ts';
import { asker } from './ask.ts';

const never = new AbortController().signal;
const runs = (pid: string) => existsSync(`/proc/${pid}`);

test('a program answers in English, whatever the language of its owner', async () => {
  await using machine = await fakeMachine({ programs: { tongue: 'echo "$LC_ALL $LANGUAGE $LANG"' } });
  const ask = asker({ ...machine.env, LANG: 'de_DE.UTF-8', LC_ALL: 'de_DE.UTF-8', LANGUAGE: 'de' });
  expect(await ask('tongue', [], never)).toMatchObject({ status: 0, stdout: 'C C de_DE.UTF-8\n' });
});

test('what is not installed, or is no program, is absent', async () => {
  await using machine = await fakeMachine({ files: { 'bin/text': 'no program' } });
  const ask = asker(machine.env);
  expect(await ask('none', [], never)).toEqual({ kind: 'absent' });
  expect(await ask('text', [], never)).toEqual({ kind: 'absent' });
});

test('a program that hangs is killed with what it started, even where that left its group or ignores signals', async () => {
  await using machine = await fakeMachine({
    programs: {
      hang: `trap '' TERM INT
/bin/sh -c 'trap "" TERM; echo $$ > "$0/child"; while :; do /bin/sleep 1; done' "$1" &
/usr/bin/setsid /bin/sleep 5 &
echo $$ > "$1/parent"
wait`,
    },
  });
  const stop = new AbortController();
  const answer = asker(machine.env)('hang', [machine.root], stop.signal);
  await until(() => existsSync(join(machine.root, 'child')) && existsSync(join(machine.root, 'parent')));
  stop.abort();
  expect(await answer).toEqual({ kind: 'silent' });
  for (const one of ['parent', 'child']) {
    const pid = (await readFile(join(machine.root, one), 'utf8')).trim();
    await until(() => !runs(pid));
  }
});

test('a program that says more than anyone reads is ended, and its answer is no success', async () => {
  await using machine = await fakeMachine({
    programs: { flood: 'while :; do echo yyyyyyyyyyyyyyyyyyyy; done' },
  });
  const answer = await asker(machine.env)('flood', [], never);
  expect(answer).toMatchObject({ kind: 'answered' });
  expect(answer).not.toMatchObject({ status: 0 });
});
