import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../../testing/clone/clone.ts';
import { findToken } from './token.ts';

/** A folder with a `gh` that answers like this. */
async function withGh(script: string): Promise<Record<string, string>> {
  const folder = await scratch();
  await writeFile(join(folder, 'gh'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'gh'), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

/** As version 2.4 does, which Ubuntu 22.04 has. */
const OLD = (status: string) =>
  `if [ "$2" = token ]; then echo 'unknown command "token" for "gh auth"' >&2; exit 1; fi\n${status}`;

test('the environment comes first, then gh, which is asked for this host alone', async () => {
  const env = await withGh('[ "$4" = ghe.example ] && echo gho_of_ghe');
  expect(await findToken({ ...env, GITHUB_TOKEN: 'given' }, 'github.com')).toEqual({ token: 'given' });
  expect(await findToken(env, 'ghe.example')).toEqual({ token: 'gho_of_ghe' });
  expect(await findToken(env, 'github.com')).toMatchObject({ token: null });
});

test('a gh of before 2.17 shows its token among other things', async () => {
  const status = `printf 'github.com\\n  ✓ Logged in as nova\\n  ✓ Token: gho_0123456789abcdef\\n' >&2`;
  expect(await findToken(await withGh(OLD(status)), 'github.com')).toEqual({ token: 'gho_0123456789abcdef' });
});

test('a gh that is too old for both is named, not the person who is signed in', async () => {
  const found = await findToken(await withGh(OLD('exit 1')), 'github.com');
  expect(found).toMatchObject({ token: null, remedy: expect.stringContaining('too old') });
});

test('without gh, or without signing in, the error says how to sign in', async () => {
  expect(await findToken({ PATH: '' }, 'github.com')).toMatchObject({
    remedy: expect.stringContaining('gh auth login'),
  });
  const env = await withGh('echo "no oauth token" >&2; exit 1');
  expect(await findToken(env, 'github.com')).toMatchObject({ token: null });
});
