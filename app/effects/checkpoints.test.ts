import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newKey, parseSigner } from '../../core/formats/checkpoint.ts';
import { CONFIG_PATH } from '../../core/formats/config.ts';
import { verifyLedger } from '../../memory/ledger/verify.ts';
import { scratch } from '../../testing/clone/clone.ts';
import { type HonestMain, honestMain } from '../../testing/ledger/honest.ts';
import type { Port } from '../github/port.ts';
import type { FileWrite } from '../model/effect.ts';
import { withCheckpoints } from './checkpoints.ts';

const NAME = 'github.com/swarm/descent';

/** What the port is given to write. */
async function signed(files: FileWrite[], key: string | null): Promise<FileWrite[]> {
  let given: FileWrite[] = [];
  const commit = async (...[, , , all]: Parameters<Port['commit']>) => {
    given = all;
    return 'oid';
  };
  const parsed = key === null ? null : parseSigner(key);
  if (parsed && !parsed.ok) throw new Error(parsed.problems.join());
  const message = { headline: '', body: '' } as unknown as Parameters<Port['commit']>[2];
  await withCheckpoints({ commit } as unknown as Port, parsed?.value ?? null).commit(
    'main',
    '',
    message,
    files,
  );
  return given;
}

/** Main with a key in its configuration, and two verdicts of a bot that signs with this one, or with none. */
async function mainOf(key: ReturnType<typeof newKey>, signers: (string | null)[]) {
  const folder = await scratch();
  const main: HonestMain = await honestMain(join(folder, 'main'));
  const config = main.files.get(CONFIG_PATH)!;
  await main.write([{ path: CONFIG_PATH, content: `${config}ledger: { key: '${key.verifier}' }\n` }]);
  for (const [i, signer] of signers.entries()) {
    const files = main.writes({ kind: 'result', result: main.result(50 + i, [main.run('ada')]) });
    await main.write(await signed(files, signer));
  }
  return { main, verify: () => verifyLedger(main.folder, main.oids.at(-1)!, { path: null }) };
}

test('each new ledger is signed in its own commit, and verify follows the chain', async () => {
  const key = newKey(NAME);
  const { verify, main } = await mainOf(key, [key.signer, key.signer]);
  expect((await verify()).findings).toEqual([]);
  expect(main.files.get('results/checkpoint')).toMatch(
    new RegExp(`^${NAME}\n\\d+\n[\\w+/]{43}=\n\n— ${NAME} `),
  );
  expect(await signed([{ path: 'results/README.md', content: '' }], key.signer)).toHaveLength(1);
});

test('a ledger that is not signed, signed by another, or with the checkpoint of an earlier one is found', async () => {
  const key = newKey(NAME);
  for (const signer of [null, newKey(NAME).signer]) {
    const { verify, main } = await mainOf(key, [key.signer, signer]);
    expect((await verify()).findings).toMatchObject([
      { commit: main.oids.at(-1), path: 'results/checkpoint', expected: expect.stringContaining(NAME) },
    ]);
  }
  const { verify, main } = await mainOf(key, [key.signer]);
  const earlier = main.files.get('results/checkpoint')!;
  const files = main.writes({ kind: 'result', result: main.result(60, [main.run('ada')]) });
  await main.write([...files, { path: 'results/checkpoint', content: `${earlier}\n` }]);
  expect((await verify()).findings).toMatchObject([{ commit: main.oids.at(-1), path: 'results/checkpoint' }]);
});
