import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonInterpreter } from '../setup/paths.mjs';
import { openDataset, uint16 } from './dataset.ts';
import { makeWorkFolder, type WorkFolder } from './folder.ts';
import { thisHost } from './host.ts';
import { LogTail } from './log-tail.ts';
import { openSandbox } from './sandbox/choose.ts';
import { asOwner } from './sandbox/owner.ts';

// The text of the scored parts must not lie in anything that a sandbox shows: every visible file is read inside a real one.

const repository = join(import.meta.dirname, '..');
const script = join(import.meta.dirname, '../testing/programs/visible_text.py');
const { cache, env } = thisHost(process.env);
const WINDOW = 32;
/** Other versions of Python's library hold a few other lines; copied files would show in hundreds of rows. */
const ROWS_BY_CHANCE = 0.003;

let folder: WorkFolder;
beforeAll(async () => {
  folder = await makeWorkFolder(tmpdir(), asOwner());
});
afterAll(() => folder.remove());

/** Windows of every 32nd byte, and the last, of each scored row. */
async function windows(): Promise<{ text: Buffer; rows: number[] }> {
  const dataset = await openDataset(cache, 'pysource'); // a token is a byte
  const found: Buffer[] = [];
  const rows: number[] = [];
  let count = 0;
  for (const part of ['validation', 'heldout', 'reserve'] as const) {
    const file = await dataset.openRows(part);
    for (let row = 0; row < dataset.rowCount[part]; row++, count++) {
      const text = Buffer.from(uint16(await file.read(row, 1)));
      for (let at = 0; at <= text.length - WINDOW; at += WINDOW) {
        found.push(text.subarray(at, at + WINDOW));
        rows.push(count);
      }
    }
    await file.close();
  }
  return { text: Buffer.concat(found), rows };
}

function hashes(text: Buffer): Buffer {
  const code = `
import importlib.util, sys, numpy as np
spec = importlib.util.spec_from_file_location("visible_text", ${JSON.stringify(script)})
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
text = np.frombuffer(sys.stdin.buffer.read(), dtype=np.uint8)
sys.stdout.buffer.write(module.hashes(text)[::${WINDOW}].astype("<u8").tobytes())`;
  const { stdout, status } = spawnSync(pythonInterpreter(repository, env), ['-c', code], {
    input: text,
    maxBuffer: 2 ** 28,
  });
  expect(status).toBe(0);
  return stdout;
}

async function search(wanted: Buffer): Promise<{ files: number; found: number[] }> {
  const name = `hashes-${wanted.length}`;
  const placed = await folder.place(name, wanted);
  const walk = await folder.place(`${name}.py`, await readFile(script));
  const sandbox = await openSandbox({ kind: 'bubblewrap', repository, env, cache }, folder);
  const child = await sandbox.start({
    args: [walk, placed],
    readable: [walk, placed],
    scratch: await folder.scratch(`${name}-scratch`),
    device: 'cpu',
    memoryMiB: 4096,
    fileBytes: 1024,
    cpuSeconds: 600,
  });
  new LogTail().follow(child.log);
  return (await json(child.answers)) as { files: number; found: number[] };
}

test('no file that a sandbox shows holds 32 bytes of a scored row', { timeout: 400_000 }, async () => {
  const { text, rows } = await windows();
  // What is there is found: the first lines of a file of Python's own library.
  const known = Buffer.from(
    '"""JSON (JavaScript Object Notation) <https://json.org> is a subset of',
  ).subarray(0, WINDOW);
  const { files, found } = await search(hashes(Buffer.concat([text, known])));
  expect(files).toBeGreaterThan(1000);
  expect(found).toContain(rows.length);
  const shown = new Set(found.filter((at) => at < rows.length).map((at) => rows[at]!));
  expect(shown.size / (rows.at(-1)! + 1)).toBeLessThan(ROWS_BY_CHANCE);
});
