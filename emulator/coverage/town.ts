import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startEmulator } from '../index.ts';
import { createApp, createToken, createUser } from '../world/accounts.ts';
import { createCheck } from '../world/checks.ts';
import { installApp } from '../world/installations.ts';
import { createRepository } from '../world/repositories.ts';

/** A repository with one thing of each kind, and a way to ask about it. */

export type Ask = (method: string, path: string, body?: object) => Promise<{ text: string }>;

export async function openTown() {
  const folder = await mkdtemp(join(tmpdir(), 'descent-coverage-'));
  const emulator = await startEmulator({ folder: join(folder, 'github') });
  const { world } = emulator;
  const user = createUser(world, 'swarm');
  const who = ['-c', 'user.name=swarm', '-c', 'user.email=swarm@example.com'];
  const source = join(folder, 'source');
  await execa('git', ['init', '--quiet', '--initial-branch=main', source]);
  await execa('git', [...who, 'commit', '--quiet', '--allow-empty', '--message=Begin'], { cwd: source });
  const repository = await createRepository(world, user, 'descent', source, 'HEAD');
  // A fresh token for each HTTP request, since rate limits are not measured here.
  const ask: Ask = async (method, path, body) => {
    const token = createToken(world, 'ghp', { kind: 'user', user: user }, null);
    const headers = { authorization: `bearer ${token}`, 'content-type': 'application/json' };
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return { text: await (await emulator.fetch(new Request(emulator.url + path, request))).text() };
  };
  const made = async (path: string, body: object) =>
    JSON.parse((await ask('POST', `/repos/swarm/descent${path}`, body)).text);
  const issue = await made('/issues', { title: 'An issue', body: 'Why?' });
  const comment = await made(`/issues/${issue.number}/comments`, { body: 'Because.' });
  const label = await made('/labels', { name: 'good', color: 'ffffff' });
  const tree = await made('/git/trees', {
    tree: [{ path: 'a', mode: '100644', type: 'blob', content: 'a' }],
  });
  const parent = (await repository.git.refs()).get('refs/heads/main');
  const commit = await made('/git/commits', { message: 'More', tree: tree.sha, parents: [parent] });
  await made('/git/refs', { ref: 'refs/heads/more', sha: commit.sha });
  const pull = await made('/pulls', { title: 'A pull request', head: 'more', base: 'main' });
  const { app } = createApp(world, 'descent-bot', user, { url: null, secret: '' });
  const installation = await installApp(world, app, [repository]);
  const { permissions, repositories } = installation;
  const bot = { kind: 'integration' as const, app, repositories, permissions, installation, job: null };
  await createCheck(world, bot, repository, commit.sha, { name: 'measure', status: 'in_progress' });
  const ids = { issue: issue.node_id, comment: comment.node_id, label: label.node_id, pull: pull.node_id };
  return {
    ask,
    ids: Object.fromEntries(Object.entries(ids).filter(([, id]) => typeof id === 'string')) as {
      [what: string]: string;
    },
    async close() {
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
