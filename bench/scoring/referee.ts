import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset, Rows } from '../../runner/dataset.ts';
import { spawnChild } from '../../runner/sandbox/spawn.ts';
import { scoreClaims } from '../../runner/score/claims/claims.ts';
import { createClaimsFile } from '../../runner/score/claims/claims-file.ts';
import { ModelServer } from '../../runner/score/model-server.ts';
import { drawProbes } from '../../runner/score/probes/draw-probes.ts';
import { askProbes } from '../../runner/score/probes/probes.ts';
import { batchRows } from '../../runner/score/score.ts';
import { drawRows } from '../../runner/score/text.ts';
import { supervise } from '../../runner/supervise.ts';
import { zooJob } from '../../runner/zoo/zoo.ts';

// A process of its own, since its highest memory is what is measured: both passes over 20 million tokens of the shape of
// climbmix, guided by reference claims, with held-out text. Prints {"mebibytes", "tokens", "probes", "seconds"}.

const require = createRequire(import.meta.url);
const LENGTH = 2048;
const VOCABULARY = 8192;
const ROWS = 10_240;
const HELDOUT_ROWS = 2560;
const PROBES = 2000;

const started = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'descent-bench-'));
const random = Math.random;
const row = Buffer.from(Uint16Array.from({ length: LENGTH + 1 }, (_, at) => (at * 7919) % VOCABULARY).buffer);
const rows: Rows = {
  read: async (_, count) => Buffer.concat(Array.from({ length: count }, () => row)),
  close: async () => undefined,
};
const dataset: Dataset = {
  name: 'synthetic',
  vocabSize: VOCABULARY,
  sequenceLength: LENGTH,
  digest: '',
  trainFile: '',
  tokenBytes: new Uint16Array(VOCABULARY).fill(4),
  rowCount: { validation: ROWS, heldout: HELDOUT_ROWS, reserve: ROWS },
  openRows: async () => rows,
};

/** Talks to a server of its own, as a fresh sandbox would be. */
async function talk<T>(work: (server: ModelServer) => Promise<T>): Promise<T> {
  const child = spawnChild(process.execPath, [require.resolve('./synthetic-server.ts')], {
    owner: null,
    env: {},
    account: false,
    answersOnOutput: false,
  });
  for (const stream of child.log) stream.resume();
  const bounds = { seconds: 600, memoryMiB: 4096, scratch: folder, signal: undefined };
  const server = new ModelServer(child, supervise(child, bounds), 'claims pass');
  try {
    await server.ready({ vocab_size: VOCABULARY });
    const answer = await work(server);
    await server.close();
    return answer;
  } finally {
    child.kill();
  }
}

try {
  const batch = batchRows(dataset);
  const onProgress = () => undefined;
  const text = { validation: rows, heldout: rows };
  const claims = {
    validation: await createClaimsFile(join(folder, 'claims'), LENGTH),
    heldout: await createClaimsFile(join(folder, 'heldout'), LENGTH),
  };
  const drawn = drawRows(zooJob({ stage: 'confirm', validationTokens: ROWS * LENGTH }), dataset, random);
  const reference = await createClaimsFile(join(folder, 'reference'), LENGTH);
  for (let at = 0; at < ROWS; at++) await reference.write(at, new Float32Array(LENGTH).fill(-10));
  await talk((server) => scoreClaims(server, { dataset, rows: drawn, batch, keep: claims, onProgress }));
  const { count } = await talk(async (server) => {
    const probes = await drawProbes({
      dataset,
      text,
      rows: drawn,
      count: PROBES,
      claims: claims.validation,
      reference,
      random,
    });
    return askProbes(server, {
      dataset,
      text,
      reserve: rows,
      claims,
      probes,
      batch,
      random,
      onProgress,
    });
  });
  await Promise.all([claims.validation.close(), claims.heldout.close(), reference.close()]);
  const highest = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
  console.log(
    JSON.stringify({
      mebibytes: Math.ceil(highest / 1024),
      tokens: ROWS * LENGTH,
      probes: count,
      seconds: (performance.now() - started) / 1000,
    }),
  );
} finally {
  await rm(folder, { recursive: true });
}
