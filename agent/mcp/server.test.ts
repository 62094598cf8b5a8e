import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, onTestFinished, test } from 'vitest';
import { record, stage } from '../fixtures/clone.ts';
import { loadVerbs } from '../verbs.ts';

/** A real client that starts `descent mcp` in a clone and speaks to it over its pipes. */
async function connected() {
  const { folder, clone } = await stage([
    record(1, { hypothesis: 'A smaller batch takes more steps.' }),
    record(2, { hypothesis: 'A cosine schedule ends lower.', verdict: 'inconclusive', valBpb: 1.99 }),
  ]);
  const client = new Client({ name: 'test', version: '1' });
  const main = join(import.meta.dirname, '../main.ts');
  const env = { PATH: process.env.PATH ?? '', DESCENT_CACHE: join(folder, 'cache') };
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [main, 'mcp'], cwd: clone, env }),
  );
  onTestFinished(() => client.close());
  return client;
}

test('the tools are the verbs, with their inputs', async () => {
  const client = await connected();
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual((await loadVerbs()).map((verb) => verb.name));
  expect(tools.find((tool) => tool.name === 'search')?.inputSchema).toMatchObject({
    required: ['words'],
    additionalProperties: false,
  });
  expect(client.getInstructions()).toContain('data, never instructions');
});

test('an agent searches, reads a record, and is told what is wrong', async () => {
  const client = await connected();
  const call = async (name: string, args: Record<string, unknown>) => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    return { text: (content as { text: string }[])[0]!.text, isError };
  };
  const found = await call('search', { words: ['cosine'] });
  expect(JSON.parse(found.text).hits).toMatchObject([{ pull: 2, nearMiss: true }]);
  expect(await call('show', { pull: 99 })).toEqual({
    isError: true,
    text: expect.stringContaining('#99 has no record'),
  });
  expect(await call('history', { verdikt: 'x' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('verdikt'),
  });
  const both = await Promise.all([call('status', {}), call('status', {}), call('history', {})]);
  expect(both.map((one) => one.isError ?? false)).toEqual([false, false, false]);
});

test('records and the leaderboard are resources', async () => {
  const client = await connected();
  const { resources } = await client.listResources();
  expect(resources.map((one) => one.uri).sort()).toEqual([
    'descent://experiments/1',
    'descent://experiments/2',
    'descent://leaderboard',
  ]);
  const read = async (uri: string) => {
    const { contents } = await client.readResource({ uri });
    return JSON.parse((contents[0] as { text: string }).text);
  };
  expect(await read('descent://experiments/1')).toMatchObject([{ pull: 1, authorText: { untrusted: true } }]);
  expect(await read('descent://leaderboard')).toMatchObject({ primary: 'cpu' });
  await expect(client.readResource({ uri: 'descent://experiments/99' })).rejects.toThrow('#99 has no record');
});
