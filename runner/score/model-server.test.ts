import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkFolder, type WorkFolder } from '../folder.ts';
import { LogTail } from '../log-tail.ts';
import { UnscoredError } from '../outcome.ts';
import { openSandbox } from '../sandbox/choose.ts';
import { asOwner } from '../sandbox/owner.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { supervise } from '../supervise.ts';
import { floats } from './floats.ts';
import { ModelServer } from './model-server.ts';

// Strangers that speak the serving protocol by hand, in the real sandbox: whatever a train.py could make of the harness.
const SPEAK = `
import json, os, struct, sys, time
orders = os.fdopen(0, 'rb')
order = json.loads(orders.readline())
def say(data): 
    while data: data = data[os.write(3, data):]
def claims():
    kind, rows, length = struct.unpack('<3I', orders.read(12))
    tokens = struct.unpack(f'<{rows * (length + 1)}H', orders.read(2 * rows * (length + 1)))
    return rows, length, tokens
`;
const HONEST = `
say(b'RDY1')
for _ in range(2):
    rows, length, tokens = claims()
    say(struct.pack(f'<{rows * length}f', *[-1.0] * (rows * length)))
assert orders.read() == b''
`;

let folder: WorkFolder;
let sandbox: Sandbox;
let count = 0;

beforeAll(async () => {
  folder = await makeWorkFolder(tmpdir(), asOwner());
  const repository = join(import.meta.dirname, '..', '..');
  sandbox = await openSandbox({ kind: 'bubblewrap', repository, env: process.env }, folder);
});
afterAll(() => folder.remove());

/** Asks a stranger for the claims of two batches of 3 rows of 4 targets; its end of the talk is `code`. */
async function talk(code: string, seconds = 20): Promise<number[]> {
  const scratch = await folder.scratch(`scratch-${count++}`);
  const child = await sandbox.start({
    args: ['-c', SPEAK + code],
    readable: [],
    scratch,
    device: 'cpu',
    memoryMiB: 512,
    fileBytes: 1024,
    cpuSeconds: 60,
  });
  new LogTail().follow(child.log);
  const supervision = supervise(child, { seconds, memoryMiB: 512, scratch, signal: undefined });
  const server = new ModelServer(child, supervision, 'claims pass');
  await server.ready({ weights: 'none' });
  const rows = Buffer.alloc(2 * 3 * 5);
  const answers = await Promise.all([server.claims(rows, 3, 4), server.claims(rows, 3, 4)]);
  await server.close();
  return answers.flatMap((answer) => [...floats(answer)]);
}

async function refusal(code: string, seconds?: number): Promise<UnscoredError> {
  const error = await talk(code, seconds).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(UnscoredError);
  return error as UnscoredError;
}

describe('a program that answers claims', () => {
  test('is believed to have answered when it answers exactly', async () => {
    expect(await talk(HONEST)).toEqual(Array(24).fill(-1));
  });

  test.each([
    [
      'too few answers, then the end',
      "say(b'RDY1'); claims(); say(bytes(4 * 11))",
      'invalid',
      /answered less than/,
    ],
    ['one byte too many', `${HONEST}\nsay(b'x')`, 'invalid', /answered more than/],
    ['endless answers', `${HONEST}\nwhile True: say(bytes(65536))`, 'invalid', /answered more than/],
    ['another word than ready', "say(b'NOPE')\ntime.sleep(60)", 'invalid', /before the model was loaded/],
    [
      'answers closed while it goes on',
      "say(b'RDY1'); os.close(3); time.sleep(60)",
      'invalid',
      /closed its answers/,
    ],
    ['an exception', "say(b'RDY1'); claims(); raise ValueError", 'crashed', /claims pass \(status 1\)/],
    ['death by a signal', "say(b'RDY1'); import ctypes; ctypes.string_at(0)", 'crashed', /status 139/],
    ['exit 3 after all answers', `${HONEST}\nos._exit(3)`, 'crashed', /status 3/],
  ])('refused: %s', async (_, code, outcome, reason) => {
    const error = await refusal(code);
    expect(error.outcome).toBe(outcome);
    expect(error.message).toMatch(reason);
  });

  test.each([
    ['silence instead of ready', 'time.sleep(60)'],
    ['silence instead of an answer', "say(b'RDY1'); time.sleep(60)"],
    ['it does not end when it should', `${HONEST}\ntime.sleep(60)`],
    ['an answer byte by byte', "say(b'RDY1'); claims()\nfor _ in range(48): say(b'x'); time.sleep(1)"],
  ])('out of time: %s', async (_, code) => {
    const error = await refusal(code, 1);
    expect(error.outcome).toBe('timeout');
  });

  test('memory of all its processes together is bounded', async () => {
    const error = await refusal(`
for _ in range(3):
    if os.fork() == 0:
        held = bytearray(os.urandom(1) * (250 * 2**20)); time.sleep(60)
time.sleep(60)`);
    expect(error.outcome).toBe('out-of-memory');
  });
});
