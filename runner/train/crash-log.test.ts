import { describe, expect, test } from 'vitest';
import { LOG_LIMIT } from '../../core/formats/report.ts';
import { crashLog, needsLog } from './crash-log.ts';
import { replaceSecrets } from './secret-words.ts';

const around = {
  work: '/tmp/descent-x1',
  environment: '/var/cache/descent/python-12',
  env: { HOME: '/srv/people/marielle', USER: 'marielle', RUNNER_NAME: 'ada.desk' },
};
const traceback = (frames: number, message: string) =>
  [
    'Traceback (most recent call last):',
    ...Array.from({ length: frames }, (_, n) => [
      `  File "/tmp/descent-x1/placed/train.py", line ${n}, in f${n}`,
      `    f${n + 1}()`,
    ]).flat(),
    message,
    '',
  ].join('\n');

describe('what is published of a crash', () => {
  test('the traceback, and the last lines before it', () => {
    const printed = Array.from({ length: 500 }, (_, n) => `step ${n}\n`).join('');
    const log = crashLog(printed + traceback(3, 'ValueError: a banana'), around);
    expect(log).toContain('step 499\nTraceback (most recent call last):\n  File "train.py", line 0, in f0');
    expect(log).toMatch(/ValueError: a banana\n?$/);
    expect(log).not.toContain('step 470');
  });

  test('of a long one its head and its end, within the limit', () => {
    const log = crashLog(`before\n${traceback(400, 'RecursionError: too deep')}`, around);
    expect(log.length).toBeLessThanOrEqual(LOG_LIMIT);
    expect(log.length).toBeGreaterThan(LOG_LIMIT / 2);
    expect(log).toContain('Traceback (most recent call last):\n  File "train.py", line 0, in f0');
    expect(log).toContain('line 399, in f399');
    expect(log).toMatch(/RecursionError: too deep\n?$/);
  });

  test('a chain of exceptions from the first', () => {
    const chain = `${traceback(1, 'KeyError: 1')}\nDuring handling of the above exception, another exception occurred:\n\n${traceback(1, 'TypeError: 2')}`;
    const log = crashLog(`${'noise\n'.repeat(100)}${chain}`, around);
    expect(log).toContain('KeyError: 1');
    expect(log.match(/noise/g)).toHaveLength(20);
  });

  test('without a traceback the end of what was said', () => {
    const log = crashLog(`${'noise\n'.repeat(5000)}Fatal Python error: Segmentation fault\n`, around);
    expect(log).toContain('Segmentation fault');
    expect(log.length).toBeLessThan(300);
  });

  test.each([1, 300, 301, 4096, 100_000])('a line of %i characters does not pass the limit', (length) => {
    const log = crashLog(`${'é~'.repeat(length)}\n${traceback(2, 'x '.repeat(length))}`, around);
    expect(log.length).toBeLessThanOrEqual(LOG_LIMIT);
  });

  test.each([
    ['/srv/people/marielle/.ssh/id', 'marielle'],
    ['File "/var/cache/descent/python-12/lib/torch/x.py"', '/var/cache'],
    ['wrote /tmp/descent-x1/training/cache/a.py', '/tmp/descent'],
    ['owner is Marielle.', 'Marielle'],
    ['/home/bob/work and /Users/eve/x and /root/.netrc', /home|bob|eve|root/],
    ['on ada.desk, by somebody', 'ada.desk'],
  ])('%s does not reveal whose machine it is', (said, hidden) => {
    const log = crashLog(`${said}\n`, around);
    if (typeof hidden === 'string') expect(log).not.toContain(hidden);
    else expect(log).not.toMatch(hidden);
  });

  test('only a crash has a log', () => {
    expect(needsLog({ reason: { code: 'training-exception', status: 1 } })).toBe(true);
    expect(
      needsLog({ reason: { code: 'training-over-budget', budgetSeconds: 1, toleranceSeconds: 1 } }),
    ).toBe(false);
    expect(needsLog({ reason: null })).toBe(false);
  });
});

const KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE\nAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----`;

test.each([
  [`ghp_${'a1B2'.repeat(9)}`, 'a1B2'],
  [`github_pat_${'11AAAA0'.repeat(5)}`, '11AAAA0'],
  [`token hf_${'q'.repeat(30)}`, 'qqqq'],
  ['AKIAIOSFODNN7EXAMPLE', 'IOSFODNN'],
  ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG', 'wJalr'],
  ["{'GITHUB_TOKEN': 'opensesame'}", 'opensesame'],
  ['password = "hunter22"', 'hunter22'],
  ['Authorization: Bearer abcdefgh', 'abcdefgh'],
  ['https://bob:hunter2@example.org/x', 'hunter2'],
  [KEY, 'b3BlbnNz'],
  [KEY.slice(0, 60), 'b3BlbnNz'],
  ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ', 'AAAAC3'],
  ['5f'.repeat(20), '5f5f'],
  [Buffer.from('all that was found on this machine').toString('base64'), 'YWxs'],
])('%s is taken out', (text, secret) => {
  expect(replaceSecrets(text)).not.toContain(secret);
  expect(replaceSecrets(text)).toContain('<hidden>');
});

test.each([
  '    token = tokens[:, -1]',
  '  File "train.py", line 200, in forward_with_a_name_that_is_rather_long_and_has_2_digits',
  'RuntimeError: mat1 and mat2 shapes cannot be multiplied (8192x128 and 256x512)',
  '-'.repeat(80),
  'KeyError: "bos_token"',
  'torch._dynamo.exc.BackendCompilerFailed: backend="inductor" raised:',
  'see https://pytorch.org/docs/stable/notes/cuda.html#environment-variables',
])('%s stays as it is', (text) => expect(replaceSecrets(text)).toBe(text));

test('hostile text costs no time', () => {
  for (const piece of ['a.', 'A_', 'gl', 'a:', '-----BEGIN PRIVATE KEY-----', "password='", 'x@'])
    expect(crashLog(piece.repeat(16_000), around).length).toBeLessThanOrEqual(LOG_LIMIT);
});
