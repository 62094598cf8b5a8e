import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchInput } from './fetch-input.ts';

/** Servers that stand for GitHub and for a stranger; what a borrower may have the machine fetch, and what not. */

const FILE = 'rows of mine';
const sha256 = createHash('sha256').update(FILE).digest('hex');
let [github, stranger]: Server[] = [];
let folder: string;
let asked = 0;

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const listen = (server: Server) =>
  new Promise<Server>((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-input-'));
  stranger = await listen(
    createServer((_, response) => {
      asked += 1;
      response.end(FILE);
    }),
  );
  github = await listen(
    createServer((request, response) => {
      const to = { '/moved': '/file', '/out': `${originOf(stranger!)}/file`, '/round': '/round' }[
        request.url!
      ];
      if (to) response.writeHead(302, { location: to }).end();
      else if (request.url === '/gone') response.writeHead(404).end();
      else if (request.url === '/ill') response.writeHead(503).end();
      else response.end(request.url === '/long' ? FILE.repeat(1e5) : FILE);
    }),
  );
});
afterAll(async () => {
  github?.close();
  stranger?.close();
  await rm(folder, { recursive: true });
});

const fetched = (path: string, digest = sha256) =>
  fetchInput(
    { url: `${originOf(github!)}${path}`, sha256: digest },
    join(folder, 'input'),
    1000,
    new AbortController().signal,
    [originOf(github!)],
  );

it('the file arrives, wherever GitHub keeps it', async () => {
  for (const path of ['/file', '/moved']) {
    const input = await fetched(path);
    expect(input).toEqual({ path: join(folder, 'input') });
    expect(await readFile(join(folder, 'input'), 'utf8')).toBe(FILE);
    await rm(join(folder, 'input'));
  }
});

it.each([
  ['/file', 'f'.repeat(64), 'digest'],
  ['/long', sha256, 'size'],
  ['/gone', sha256, 'missing'],
  ['/out', sha256, 'elsewhere'],
  ['/round', sha256, 'elsewhere'],
])('%s is its borrower’s fault, and leaves nothing', async (path, digest, wrong) => {
  expect(await fetched(path, digest)).toEqual({ wrong });
  expect([asked, await readdir(folder)]).toEqual([0, []]);
});

it('GitHub’s own troubles are nobody’s fault', async () => {
  await expect(fetched('/ill')).rejects.toThrow('503');
});
