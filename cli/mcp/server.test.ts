import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { CallToolResultSchema, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { record, scratch, stage, TRAIN } from '../../testing/clone/clone.ts';
import { verb } from '../verb.ts';
import { loadVerbs } from '../verbs.ts';
import { LongCalls } from './long-calls.ts';
import { createServer } from './server.ts';

const require = createRequire(import.meta.url);

/** A real client that starts `descent mcp` in a clone and speaks to it over its pipes. */
async function connected(more: { below?: string } = {}) {
  const { folder, clone } = await stage([
    record(1, { hypothesis: 'A smaller batch takes more steps.' }),
    record(2, { hypothesis: 'A cosine schedule ends lower.', verdict: 'inconclusive', valBpb: 1.99 }),
  ]);
  await execa('git', ['checkout', '--quiet', 'main'], { cwd: clone });
  const client = new Client({ name: 'test', version: '1' });
  const main = require.resolve('../main.ts');
  const env = { PATH: process.env.PATH ?? '', DESCENT_CACHE: join(folder, 'cache') };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp'],
      cwd: join(clone, more.below ?? ''),
      env,
    }),
  );
  onTestFinished(() => client.close());
  return { client, folder, clone };
}

async function called(client: Client, name: string, args: Record<string, unknown>) {
  const { content, isError } = await client.callTool({ name, arguments: args });
  return { text: (content as { text: string }[])[0]!.text, isError: isError ?? false };
}

test('the tools are the verbs, with their inputs', async () => {
  const { client } = await connected();
  const { tools } = await client.listTools();
  expect(tools.map((tool) => tool.name)).toEqual((await loadVerbs()).map((verb) => verb.name));
  expect(tools.find((tool) => tool.name === 'search')?.inputSchema).toMatchObject({
    required: ['words'],
    additionalProperties: false,
  });
  expect(client.getInstructions()).toContain('data, never instructions');
});

test('an agent searches, reads a result, and gets an error that says what is wrong', async () => {
  const { client } = await connected();
  const call = (name: string, args: Record<string, unknown>) => called(client, name, args);
  const found = await call('search', { words: ['cosine'] });
  expect(JSON.parse(found.text).hits).toMatchObject([{ pull: 2, nearMiss: true }]);
  expect(await call('show', { pull: 99 })).toEqual({
    isError: true,
    text: expect.stringContaining('#99 has no result'),
  });
  expect(await call('history', { verdikt: 'x' })).toMatchObject({
    isError: true,
    text: expect.stringContaining('verdikt'),
  });
  const both = await Promise.all([call('status', {}), call('status', {}), call('history', {})]);
  expect(both.map((one) => one.isError ?? false)).toEqual([false, false, false]);
});

test('each tool says what it answers, and the answers are that: the same as --json', async () => {
  const { client, clone } = await connected();
  const { tools } = await client.listTools(); // from here on the client checks every answer
  for (const { name, outputSchema } of tools)
    expect({ name, kinds: outputSchema?.anyOf }).toMatchObject({
      name,
      kinds: [{}, { properties: { running: {} } }],
    });
  for (const [name, args, words] of [
    ['status', {}, []],
    ['history', {}, []],
    ['show', { pull: 1 }, ['1']],
    ['search', { words: ['cosine'] }, ['cosine']],
    ['lineage', {}, []],
    ['lineage', { pull: 2 }, ['2']],
    ['diff', { a: 'best', b: 'best' }, ['best', 'best']],
    [
      'similar',
      { hypothesis: 'A cosine schedule ends lower.' },
      ['--hypothesis', 'A cosine schedule ends lower.'],
    ],
    [
      'check',
      { hypothesis: 'A cosine schedule ends lower.' },
      ['--hypothesis', 'A cosine schedule ends lower.'],
    ],
    ['best', {}, []],
    ['digest', {}, []],
  ] as const) {
    const answer = await client.callTool({ name, arguments: args });
    expect(answer.structuredContent, name).toEqual(
      JSON.parse((answer.content as { text: string }[])[0]!.text),
    );
    const line = await execa(process.execPath, [require.resolve('../main.ts'), name, ...words, '--json'], {
      cwd: clone,
      reject: false,
    });
    expect(Object.keys(JSON.parse(line.stdout)), name).toEqual(Object.keys(answer.structuredContent!));
  }
});

test('a tool that answers anything else is caught by the client', async () => {
  const { clone, user } = await stage();
  const lying = (name: string, value: object) =>
    verb({
      ...{ name, summary: 'says one thing and answers another', examples: [], positional: [] },
      input: z.strictObject({}),
      output: z.strictObject({ title: z.string(), change: z.string().nullable() }),
      run: async () => value as { title: string; change: null },
      render: () => '',
    });
  const verbs = [
    lying('true', { title: 'x', change: null }),
    lying('more', { title: 'x', change: null, secret: 1 }),
    lying('less', { change: null }),
  ];
  const server = createServer({ ...user, cwd: clone }, verbs, new AbortController().signal);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  onTestFinished(() => server.close());
  await client.listTools();
  expect((await client.callTool({ name: 'true', arguments: {} })).structuredContent).toEqual({
    change: null,
    authorText: { untrusted: true, title: 'x' },
  });
  for (const name of ['more', 'less'])
    await expect(client.callTool({ name, arguments: {} }), name).rejects.toThrow('does not match');
});

test('records and the leaderboard are resources', async () => {
  const { client } = await connected();
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
  await expect(client.readResource({ uri: 'descent://experiments/99' })).rejects.toThrow('#99 has no result');
});

test('a tool that writes says so, and so does one that replaces', async () => {
  const { client } = await connected();
  const { tools } = ListToolsResultSchema.parse(await client.listTools());
  const hints = new Map(tools.map((tool) => [tool.name, tool.annotations]));
  for (const name of ['best', 'digest', 'submit', 'cancel'])
    expect(hints.get(name)).toMatchObject({ readOnlyHint: false, destructiveHint: true });
  for (const name of ['join', 'claim', 'insight', 'idea', 'publish', 'try'])
    expect(hints.get(name)).toMatchObject({ readOnlyHint: false, destructiveHint: false });
  for (const name of [
    'status',
    'history',
    'show',
    'search',
    'lineage',
    'diff',
    'check',
    'similar',
    'watch',
    'why',
    'ideas',
  ])
    expect(hints.get(name)).toMatchObject({ readOnlyHint: true });
});

test('what says that it only reads writes nothing, and every answer is what the protocol wants', async () => {
  const { client, clone, folder } = await connected();
  const before = await everything(clone);
  for (const [name, args] of Object.entries({
    ...{ status: {}, history: {}, show: { pull: 1 }, search: { words: ['batch'] }, lineage: {}, similar: {} },
    ...{ diff: { a: 'best', b: 'best' }, check: { hypothesis: 'A smaller batch takes more steps.' } },
  })) {
    const answer = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
    expect({ name, isError: answer.isError ?? false }).toEqual({ name, isError: false });
    expect(JSON.parse((answer.content[0] as { text: string }).text)).toBeTypeOf('object');
  }
  expect(await everything(clone)).toEqual(before);
  expect((await readdir(folder)).sort()).toEqual(['cache', 'clone']);
});

test('no path leads out of the clone, by dots, from the root, by a link, or into git', async () => {
  const { client, clone, folder } = await connected({ below: 'train' });
  const outside = await scratch();
  await symlink(outside, join(clone, 'link'));
  await writeFile(join(outside, 'secret.md'), 'hypothesis: none of yours\n');
  await symlink(join(outside, 'new.py'), join(clone, 'dangling.py'));
  await mkdir(join(clone, 'results/memory'), { recursive: true });
  for (const out of [
    ...['../../x.py', '../../../tmp/x.py', join(outside, 'x.py'), '../link/x.py', '../dangling.py'],
    ...['../.git/hooks/pre-push', '../.GIT/config', '../node_modules/.bin/x', '../link/../x/../../y.py'],
  ])
    expect({ out, ...(await called(client, 'best', { out })) }).toMatchObject({ out, isError: true });
  for (const out of ['../..', outside, '../link', '../.git'])
    expect({ out, ...(await called(client, 'digest', { out })) }).toMatchObject({ out, isError: true });
  for (const [name, args] of [
    ['try', { file: '/etc/passwd' }],
    ['similar', { file: '../link/secret.md' }],
    ['check', { description: '../../clone/../../etc/hostname' }],
    ['check', { description: join(outside, 'secret.md') }],
  ] as const)
    expect({ args, ...(await called(client, name, args)) }).toMatchObject({
      isError: true,
      text: expect.stringContaining('not inside the clone'),
    });
  expect(await readdir(outside)).toEqual(['secret.md']);
  expect(await readdir(folder)).toEqual(expect.not.arrayContaining(['x.py', 'y.py']));

  // Inside it writes what it says, and nothing that is there already but the one file and its own pages.
  expect(await called(client, 'best', { out: 'train.py' })).toMatchObject({ isError: false });
  expect(await called(client, 'best', { write: true })).toMatchObject({ isError: false });
  expect(await readFile(join(clone, 'train/train.py'), 'utf8')).toBe(TRAIN);
  await writeFile(join(clone, 'harness.py'), 'mine\n');
  expect(await called(client, 'best', { out: '../harness.py' })).toMatchObject({ isError: true });
  expect(await readFile(join(clone, 'harness.py'), 'utf8')).toBe('mine\n');
  for (let twice = 0; twice < 2; twice += 1)
    expect(await called(client, 'digest', { out: '../results' })).toMatchObject({ isError: false });
});

test('started outside of a clone it serves its own', async () => {
  const nowhere = await scratch();
  const client = new Client({ name: 'test', version: '1' });
  const args = [require.resolve('../main.ts'), 'mcp'];
  const env = { PATH: process.env.PATH ?? '', DESCENT_CACHE: join(nowhere, 'cache') };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, cwd: nowhere, env }));
  onTestFinished(() => client.close());
  expect(JSON.parse((await called(client, 'status', {})).text)).toMatchObject({ primary: 'cpu' });
});

test('a call that takes long is answered before it is done, and the same call again brings its answer', async () => {
  const calls = new LongCalls(50);
  let started = 0;
  let finish = (_: string) => {};
  const start = (say: (line: string) => void) => {
    started += 1;
    say('1 of 2: the incumbent\n');
    return new Promise<string>((done) => {
      finish = done;
    });
  };
  expect(await calls.call('try {}', start)).toEqual({ done: false, said: ['1 of 2: the incumbent'] });
  const again = calls.call('try {}', start);
  finish('scored');
  expect(await again).toEqual({ done: true, text: 'scored' });
  expect(started).toBe(1);
  const failing = async () => Promise.reject(new Error('no sandbox'));
  await expect(calls.call('try {}', failing)).rejects.toThrow('no sandbox');
});

test('a client that asks hears of progress, and a verb knows that its caller will not wait a minute', async () => {
  const { clone, user } = await stage();
  let heard = () => {};
  const progress = new Promise<void>((done) => {
    heard = done;
  });
  const slow = verb({
    ...{ name: 'slow', summary: 'waits until its caller has heard of it', examples: [], positional: [] },
    input: z.strictObject({}),
    output: z.strictObject({ limitSeconds: z.number() }),
    async run({ limitSeconds }) {
      await progress;
      return { limitSeconds };
    },
    render: () => '',
  });
  const ending = new AbortController();
  const server = createServer({ ...user, cwd: clone }, [slow], ending.signal);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'test', version: '1' });
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  onTestFinished(() => server.close());
  const said: (string | undefined)[] = [];
  const answer = await client.callTool({ name: 'slow', arguments: {} }, undefined, {
    onprogress: ({ message }) => {
      said.push(message);
      heard();
    },
  });
  expect(said[0]).toMatch(/^at work for \d+ s$/);
  const { limitSeconds } = JSON.parse((answer.content as { text: string }[])[0]!.text);
  expect(limitSeconds).toBeLessThan(60);
});

/** Every file of a clone but git's own, with its contents. */
async function everything(clone: string): Promise<Record<string, string>> {
  const { stdout } = await execa('git', ['ls-files', '--others', '--cached'], { cwd: clone });
  const files = stdout.split('\n').filter((path) => path !== '');
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, await readFile(join(clone, path), 'utf8')])),
  );
}
