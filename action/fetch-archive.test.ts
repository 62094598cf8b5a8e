import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getOctokit } from '@actions/github';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { HandedOver } from '../core/formats/handed-over.ts';
import { makeWorkFolder } from '../runner/folder.ts';
import { takeOver } from '../runner/handed-over.ts';
import { jobOf } from '../testing/examples/job.ts';
import { fetchArchive } from './fetch-archive.ts';

const job = jobOf({ repository: 'ada/descent' });

/** What another owner's machine handed over comes by way of GitHub: it may be anything. */

const WEIGHTS = strToU8('weights');
const CLAIMS = strToU8('claims, four bytes each');
const honest = zipSync({ 'weights.bin': WEIGHTS, 'claims.bin': CLAIMS });

let folder: string;
const closing: (() => void)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'descent-archive-'));
});
afterEach(async () => {
  for (const close of closing.splice(0)) close();
  await rm(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fileOf = (bytes: Uint8Array) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});

/** What the dispatch says of an archive: the truth, unless the test says otherwise. */
function order(archive: Uint8Array, says: Partial<HandedOver> = {}): HandedOver {
  return {
    ...{ runId: 1, artifact: 7, archive: fileOf(archive) },
    ...{ weights: fileOf(WEIGHTS), claims: fileOf(CLAIMS) },
    ...says,
  };
}

async function fetchFrom(baseUrl: string, handed: HandedOver, signal = AbortSignal.timeout(20_000)) {
  const path = join(folder, 'archive.zip');
  await fetchArchive(getOctokit('secret', { baseUrl }), job, handed, path, signal);
  return path;
}

/** GitHub sends to where it keeps artifacts, which must not see the token. */
async function github(send: RequestListener) {
  const asked: (string | undefined)[] = [];
  const storage = await serve((request, response) => {
    asked.push(request.headers.authorization);
    send(request, response);
  });
  const api = await serve((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`);
    response.writeHead(302, { location: `${storage}/kept.zip` }).end();
  });
  return { api, asked };
}
const sends = (bytes: Uint8Array): RequestListener => {
  return (_, response) => response.writeHead(200, { 'content-type': 'application/zip' }).end(bytes);
};

test('is fetched from where GitHub keeps it, byte for byte, and the token stays with GitHub', async () => {
  const { api, asked } = await github(sends(honest));
  const path = await fetchFrom(api, order(honest));
  expect(await readFile(path)).toEqual(Buffer.from(honest));
  expect(asked).toEqual([`/repos/${job.repository}/actions/artifacts/7/zip token secret`, undefined]);
});

test('is fetched from the repository of its owner where it lies there', async () => {
  const { api, asked } = await github(sends(honest));
  await fetchFrom(api, order(honest, { repository: 'Bob/descent-machine' }));
  expect(asked[0]).toBe('/repos/Bob/descent-machine/actions/artifacts/7/zip token secret');
});

describe('on its way', () => {
  test.each<[string, RequestListener, string]>([
    [
      'another one of the same length',
      sends(honest.map((byte, i) => (i === 40 ? byte ^ 1 : byte))),
      'came with sha256',
    ],
    [
      'one byte more',
      sends(Buffer.concat([honest, Buffer.from('x')])),
      `longer than the ${honest.length} bytes`,
    ],
    ['cut short', sends(honest.subarray(0, -1)), 'came with sha256'],
    ['empty', sends(new Uint8Array()), 'came with sha256'],
    ['an error of GitHub', (_, response) => response.writeHead(400).end('no'), 'cannot be fetched'],
  ])('%s is refused', async (_, send, why) => {
    const { api } = await github(send);
    await expect(fetchFrom(api, order(honest))).rejects.toThrow(why);
  });

  test.each([404, 410])('one that was taken away (%d) is no failure of this machine', async (status) => {
    const { api } = await github((_, response) => response.writeHead(status).end('gone'));
    const path = join(folder, 'archive.zip');
    const signal = AbortSignal.timeout(20_000);
    expect(await fetchArchive(getOctokit('secret', { baseUrl: api }), job, order(honest), path, signal)).toBe(
      false,
    );
  });

  test('one that never ends is left after as many bytes as the order names', async () => {
    let sent = 0;
    const { api } = await github((_, response) => {
      const more = () => {
        if (response.destroyed) return;
        sent += 65_536;
        response.write(Buffer.alloc(65_536), more);
      };
      response.writeHead(200);
      more();
    });
    await expect(fetchFrom(api, order(honest))).rejects.toThrow(`longer than the ${honest.length} bytes`);
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  test('a connection that breaks is a failure of this machine, not a finding', async () => {
    const { api } = await github((_, response) => {
      response.writeHead(200, { 'content-length': honest.length });
      response.write(honest.subarray(0, 20), () => response.destroy());
    });
    await expect(fetchFrom(api, order(honest))).rejects.toThrow();
  });
});

const LINK = { os: 3, attrs: 0o120777 << 16 };
const nulls = new Uint8Array(20_000_000);

describe('what is in it', () => {
  test.each<[string, Zippable, Partial<HandedOver>]>([
    ['a bomb', { 'weights.bin': nulls, 'claims.bin': CLAIMS }, {}],
    [
      'a bomb that the order names',
      { 'weights.bin': nulls, 'claims.bin': CLAIMS },
      { weights: { ...fileOf(WEIGHTS), bytes: nulls.length } },
    ],
    ['a path that leads out', { '../weights.bin': WEIGHTS, 'claims.bin': CLAIMS }, {}],
    ['an absolute path', { '/tmp/descent-weights.bin': WEIGHTS, 'claims.bin': CLAIMS }, {}],
    ['a path of Windows', { '..\\weights.bin': WEIGHTS, 'claims.bin': CLAIMS }, {}],
    [
      'a link',
      { 'weights.bin': [strToU8('/etc/passwd'), LINK], 'claims.bin': CLAIMS },
      { weights: fileOf(strToU8('/etc/passwd')) },
    ],
    ['a third file', { 'weights.bin': WEIGHTS, 'claims.bin': CLAIMS, 'setup.sh': strToU8('id') }, {}],
    ['one file alone', { 'weights.bin': WEIGHTS }, {}],
    ['other weights', { 'weights.bin': strToU8('WEIGHTS'), 'claims.bin': CLAIMS }, {}],
    ['a folder', { 'weights.bin': { inner: WEIGHTS }, 'claims.bin': CLAIMS }, {}],
  ])('%s is refused, and nothing is written outside the work folder', async (_, files, says) => {
    const archive = zipSync(files);
    const { api } = await github(sends(archive));
    const handed = order(archive, says);
    const path = await fetchFrom(api, handed);
    const work = await makeWorkFolder(folder, null);
    const before = await readdir(folder);
    await expect(takeOver(path, handed, work)).rejects.toMatchObject({
      outcome: 'invalid',
      reason: { code: 'handed-over-wrong' },
    });
    expect(await readdir(folder)).toEqual(before);
    await work.remove();
  });

  test.each([
    ['what is no archive', Buffer.from('not a zip')],
    ['an archive cut short, as its first machine uploaded it', honest.subarray(0, -8)],
  ])('%s is refused', async (_, archive) => {
    const { api } = await github(sends(archive));
    const path = await fetchFrom(api, order(archive));
    const work = await makeWorkFolder(folder, null);
    await expect(takeOver(path, order(archive), work)).rejects.toMatchObject({
      reason: { code: 'handed-over-wrong' },
    });
    await work.remove();
  });
});
