import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { githubRemotes, homeOf } from '../../cli/github/home.ts';
import { scratch } from '../../testing/clone/clone.ts';
import { findClone } from './clone.ts';
import { isAt, placeOf, withoutSecrets } from './remote-url.ts';

test.each<[string, string | null]>([
  ['https://github.com/swarm/descent.git', 'github.com swarm/descent'],
  ['https://github.com/swarm/descent', 'github.com swarm/descent'],
  ['https://github.com/swarm/descent/', 'github.com swarm/descent'],
  ['https://www.GitHub.com/swarm/descent.git/', 'github.com swarm/descent'],
  ['https://nova@github.com/swarm/descent.git', 'github.com swarm/descent'],
  ['https://nova:ghp_secret@github.com/swarm/descent.git', 'github.com swarm/descent'],
  ['http://127.0.0.1:8080/swarm/descent.git', '127.0.0.1 swarm/descent'],
  ['git@github.com:swarm/descent.git', 'github.com swarm/descent'],
  ['git@github.com:swarm/descent', 'github.com swarm/descent'],
  ['git@github.com:/swarm/descent.git', 'github.com swarm/descent'],
  ['github.com:swarm/descent.git', 'github.com swarm/descent'],
  ['git@github.com-work:swarm/descent.git', 'github.com-work swarm/descent'],
  ['ssh://git@github.com/swarm/descent.git', 'github.com swarm/descent'],
  ['ssh://git@ssh.github.com:443/swarm/descent.git', 'github.com swarm/descent'],
  ['git+ssh://git@github.com/swarm/descent.git/', 'github.com swarm/descent'],
  ['git://github.com/swarm/descent.git', 'github.com swarm/descent'],
  ['https://github.com/swarm/the.descent.git', 'github.com swarm/the.descent'],
  ['https://gitlab.com/group/sub/descent.git', null],
  ['https://github.com/swarm', null],
  ['file:///srv/swarm/descent.git', null],
  ['/srv/swarm/descent.git', null],
  ['../descent', null],
  ['', null],
])('%j names %j', (url, place) => {
  const found = placeOf(url);
  expect(found && `${found.host} ${found.owner}/${found.repo}`).toBe(place);
});

test('a name of ssh’s own may stand for GitHub, another forge may not', () => {
  expect(isAt(placeOf('git@work:swarm/descent.git')!, 'github.com')).toBe(true);
  expect(isAt(placeOf('git@github.com-work:swarm/descent.git')!, 'github.com')).toBe(true);
  expect(isAt(placeOf('git@gitlab.com:swarm/descent.git')!, 'github.com')).toBe(false);
  expect(isAt(placeOf('https://gitlab.com/swarm/descent.git')!, 'github.com')).toBe(false);
});

test('a URL is shown without what signs in', () => {
  expect(withoutSecrets('https://nova:ghp_x@github.com/a/b')).toBe('https://github.com/a/b');
  expect(withoutSecrets('ssh://git:pw@github.com/a/b')).toBe('ssh://git@github.com/a/b');
  expect(withoutSecrets('git@github.com:a/b')).toBe('git@github.com:a/b');
});

async function cloneWith(...config: [string, string][]) {
  const folder = join(await scratch(), 'clone');
  await execa('git', ['init', '--quiet', '--initial-branch=main', folder]);
  for (const [key, value] of config) await execa('git', ['config', '--add', key, value], { cwd: folder });
  return await findClone(folder);
}

test('remotes are read from the configuration, with the user’s own rewriting', async () => {
  const clone = await cloneWith(
    ['remote.origin.url', 'gh:swarm/descent'],
    ['remote.mine.url', 'https://github.com/nova/descent.git'],
    ['remote.mine.pushurl', 'git@github.com:nova/descent.git'],
    ['remote.lab.url', 'https://gitlab.com/swarm/descent.git'],
    ['remote.copy.url', 'https://mirror.example/github/swarm/descent'],
    ['url.https://github.com/.insteadOf', 'gh:'],
    ['url.ssh://git@github.com/.pushInsteadOf', 'gh:'],
  );
  expect(await githubRemotes(clone, 'github.com')).toMatchObject([
    { name: 'mine', owner: 'nova', pushUrl: 'git@github.com:nova/descent.git' },
    { name: 'origin', owner: 'swarm', repo: 'descent', pushUrl: 'ssh://git@github.com/swarm/descent' },
  ]);
  expect(await homeOf(clone, 'github.com')).toMatchObject({ name: 'origin' });
});

test('a mirror by insteadOf leaves the repository what it is', async () => {
  const clone = await cloneWith(
    ['remote.origin.url', 'https://github.com/swarm/descent.git'],
    ['url.https://mirror.example/cache/github/.insteadOf', 'https://github.com/'],
  );
  expect(await homeOf(clone, 'github.com')).toMatchObject({ owner: 'swarm', repo: 'descent' });
});

test('what join marked is found under any name, and other forges are named in the error', async () => {
  const clone = await cloneWith(
    ['remote.origin.url', 'git@github.com:nova/descent.git'],
    ['remote.swarm.url', 'https://github.com/swarm/descent'],
    ['remote.swarm.descent', 'home'],
  );
  expect(await homeOf(clone, 'github.com')).toMatchObject({ name: 'swarm' });
  const other = await cloneWith(['remote.upstream.url', 'https://nova:secret@gitlab.com/swarm/descent']);
  await expect(homeOf(other, 'github.com')).rejects.toMatchObject({
    message: expect.stringContaining('upstream is https://gitlab.com/swarm/descent'),
    remedy: expect.stringMatching(/^git remote add descent /),
  });
});
