import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getOctokit } from '@actions/github';
import { afterEach, expect, test } from 'vitest';
import { gitBlob } from '../core/git-blob.ts';
import { jobOf } from '../testing/examples/job.ts';
import { fetchBlob } from './fetch-blob.ts';

const job = jobOf({ repository: 'ada/descent' });

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A GitHub that answers every blob with this. */
async function githubThatAnswers(status: number, body: object) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, octokit: getOctokit('secret', { baseUrl }) };
}
const blobOf = (text: string) => ({ encoding: 'base64', content: Buffer.from(text).toString('base64') });

test('the one file is fetched by its id, with the token', async () => {
  const blob = gitBlob(Buffer.from('print(1)\n'));
  const { asked, octokit } = await githubThatAnswers(200, blobOf('print(1)\n'));
  const content = await fetchBlob(octokit, { ...job, blob });
  expect(Buffer.from(content).toString()).toBe('print(1)\n');
  expect(asked).toEqual([`GET /repos/ada/descent/git/blobs/${blob} token secret`]);
});

test('another content than the one asked for is refused', async () => {
  const { octokit } = await githubThatAnswers(200, blobOf('print(2)\n'));
  await expect(fetchBlob(octokit, job)).rejects.toThrow(`but the job names ${job.blob}`);
});

test('a file over 64 KiB is refused', async () => {
  const { octokit } = await githubThatAnswers(200, blobOf('#'.repeat(64 * 1024 + 1)));
  await expect(fetchBlob(octokit, job)).rejects.toThrow('65537 bytes');
});

test('a blob that is gone is named', async () => {
  const { octokit } = await githubThatAnswers(404, { message: 'Not Found' });
  await expect(fetchBlob(octokit, job)).rejects.toThrow(`Blob ${job.blob} of ada/descent cannot be fetched`);
});
