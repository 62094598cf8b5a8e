import { expect, test } from 'vitest';
import { checkJit } from './jit.ts';

const API = 'https://api.github.com';
const RUNNER = 'ann.desk.0123abcd';

const SETTINGS = {
  AgentId: '12',
  AgentName: RUNNER,
  PoolId: '1',
  PoolName: null,
  ServerUrl: 'https://pipelinesghubeus23.actions.githubusercontent.com/Ab3/',
  GitHubUrl: '',
  WorkFolder: '_work',
  Ephemeral: 'True',
  DisableUpdate: 'True',
  UseV2Flow: true,
  ServerUrlV2: 'https://broker.actions.githubusercontent.com/',
};
const CREDENTIALS = {
  Scheme: 'OAuth',
  Data: {
    ClientId: '5b9',
    AuthorizationUrl: 'https://token.actions.githubusercontent.com/_apis/oauth2/token/7f',
    RequireFipsCryptography: 'True',
  },
};
const KEY = {
  d: 'AQAB',
  dp: 'AQAB',
  dq: 'AQAB',
  exponent: 'AQAB',
  inverseQ: 'AQAB',
  modulus: 'AQAB',
  p: 'AQAB',
  q: 'AQAB',
};

const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

interface Parts {
  settings?: unknown;
  credentials?: unknown;
  key?: unknown;
  more?: Record<string, string>;
}

function made({ settings = SETTINGS, credentials = CREDENTIALS, key = KEY, more = {} }: Parts = {}): string {
  return base64({
    '.runner': base64(settings),
    '.credentials': base64(credentials),
    '.credentials_rsaparams': base64(key),
    ...more,
  });
}

const check = (encoded: string, api = API) => checkJit(encoded, { api, runner: RUNNER });

test('what GitHub mints is taken, and written anew from what was checked', () => {
  const jit = check(made());
  if (!jit.ok) throw new Error(jit.problems.join());
  const files = JSON.parse(Buffer.from(jit.value, 'base64').toString());
  expect(Object.keys(files)).toEqual(['.runner', '.credentials', '.credentials_rsaparams']);
  expect(JSON.parse(Buffer.from(files['.runner'], 'base64').toString())).toEqual(SETTINGS);
  expect(JSON.parse(Buffer.from(files['.credentials'], 'base64').toString())).toEqual(CREDENTIALS);
});

test('a byte order mark, which .NET writes, is dropped', () => {
  expect(check(made({ settings: `\ufeff${JSON.stringify(SETTINGS)}` })).ok).toBe(true);
});

test.each([
  ['an Enterprise server', 'https://git.corp.example/api/v3', 'https://git.corp.example/_services/x'],
  ['the emulator', 'http://127.0.0.1:4100', 'http://127.0.0.1:4100/_services'],
  ['a tenant of ghe.com', 'https://api.corp.ghe.com', 'https://pipelines.actions.corp.ghe.com/x'],
])('%s may name its own host', (_, api, url) => {
  const settings = { ...SETTINGS, ServerUrl: url, ServerUrlV2: url };
  const credentials = { ...CREDENTIALS, Data: { AuthorizationUrl: url } };
  expect(check(made({ settings, credentials }), api)).toMatchObject({ ok: true });
  expect(check(made({ settings, credentials })).ok).toBe(false);
});

const server = (ServerUrl: string) => made({ settings: { ...SETTINGS, ServerUrl } });

/** Each tries to write, to run or to reach something that the owner did not lend. */
const HOSTILE: [string, string, string][] = [
  ['a file more', made({ more: { '.env': base64('LD_PRELOAD=/tmp/x.so') } }), 'would write the file ".env"'],
  ['a program', made({ more: { 'bin/Runner.Worker': base64('#!/bin/sh') } }), 'bin/Runner.Worker'],
  ['a way up', made({ more: { '../../.ssh/authorized_keys': base64('ssh-ed25519 A') } }), 'authorized_keys'],
  ['an absolute path', made({ more: { '/home/ann/.profile': base64('id') } }), '/home/ann/.profile'],
  ['a path of Windows', made({ more: { '..\\x': base64('id') } }), 'would write the file'],
  ['a name with a dot before', made({ more: { './.runner': base64(SETTINGS) } }), './.runner'],
  ['a name in another case', made({ more: { '.Runner': base64(SETTINGS) } }), '.Runner'],
  ['another server', server('https://evil.example/'), 'https://evil.example/'],
  [
    'a server that looks like GitHub’s',
    server('https://actions.githubusercontent.com.evil.example/'),
    'evil.example',
  ],
  ['a tail without its dot', server('https://evilactions.githubusercontent.com/'), 'evilactions'],
  ['GitHub’s name as a user', server('https://github.com@evil.example/'), 'evil.example'],
  [
    'two readings of one address',
    server('https://evil.example\\@broker.actions.githubusercontent.com/'),
    'evil',
  ],
  ['another port', server('https://broker.actions.githubusercontent.com:8443/'), '8443'],
  ['no encryption', server('http://broker.actions.githubusercontent.com/'), 'http:'],
  ['a file as server', server('file:///etc/passwd'), 'file:'],
  ['no server', made({ settings: { ...SETTINGS, ServerUrl: null, ServerUrlV2: null } }), 'no server'],
  [
    'a second server in the other spelling',
    made({ settings: { ...SETTINGS, serverUrl: 'https://broker.actions.githubusercontent.com/' } }),
    'twice',
  ],
  [
    'tokens fetched elsewhere',
    made({ credentials: { Scheme: 'OAuth', Data: { AuthorizationUrl: 'https://evil.example/token' } } }),
    'evil.example',
  ],
  [
    'an address under another key',
    made({ credentials: { ...CREDENTIALS, Data: { ...CREDENTIALS.Data, Endpoint: '//evil.example/x' } } }),
    'evil.example',
  ],
  [
    'another repository’s host',
    made({ settings: { ...SETTINGS, GitHubUrl: 'https://evil.example/a/b' } }),
    'evil',
  ],
  ['another name', made({ settings: { ...SETTINGS, AgentName: 'ann.desk.ffffffff' } }), 'is named'],
  ['more jobs than one', made({ settings: { ...SETTINGS, Ephemeral: 'False' } }), 'more than one job'],
  ['Ephemeral left out', made({ settings: { ...SETTINGS, Ephemeral: undefined } }), 'more than one job'],
  ['a work folder elsewhere', made({ settings: { ...SETTINGS, WorkFolder: '../../home' } }), 'work folder'],
  ['an absolute work folder', made({ settings: { ...SETTINGS, WorkFolder: '/etc' } }), 'work folder'],
  [
    'a type for the parser to make',
    made({ settings: { ...SETTINGS, $type: 'System.IO.FileInfo' } }),
    '$type',
  ],
  ['something else than a key', made({ key: { d: 'https://evil.example' } }), 'else than a key'],
  ['a key that is a list', made({ key: [1] }), 'not a JSON object'],
  ['a file missing', base64({ '.runner': base64(SETTINGS) }), 'has no .credentials'],
  [
    'one file twice',
    base64(`{".runner":"${base64(SETTINGS)}",".runner":"${base64({})}",".credentials":"","x":""}`),
    'twice',
  ],
  ['a prototype', base64(`{"__proto__":{".runner":"e30="}}`), 'refused'],
  [
    'a file as an object',
    base64({ '.runner': {}, '.credentials': '', '.credentials_rsaparams': '' }),
    'not base64',
  ],
  ['half of base64', `${made().slice(0, -5)}`, 'not base64'],
  ['signs that one decoder skips', made().replace('A', '\nA'), 'not base64'],
  ['text that is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]).toString('base64'), 'not UTF-8'],
  ['comments that .NET reads', base64('/* */ {}'), 'not JSON'],
  ['nothing', '', 'not base64'],
  ['too much', made({ settings: { ...SETTINGS, PoolName: 'x'.repeat(60_000) } }), 'characters'],
];

test.each(HOSTILE)('refused: %s', (_, encoded, words) => {
  const jit = check(encoded);
  expect(jit.ok).toBe(false);
  if (!jit.ok) expect(jit.problems.join()).toContain(words);
});
