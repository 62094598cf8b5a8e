import { join } from 'node:path';
import { expect, test } from 'vitest';
import { scratch } from '../../testing/clone/clone.ts';
import { honestMain } from '../../testing/ledger/honest.ts';
import { tryAll } from '../../testing/ledger/zoo.ts';
import { verifyLedger } from './verify.ts';

test('a history that the bot and people made follows, whole and in two steps', async () => {
  const folder = await scratch();
  const main = await honestMain(join(folder, 'main'));
  const path = join(folder, 'kept.json');
  const verified = await verifyLedger(main.folder, main.oids[9]!, { path });
  expect(verified).toMatchObject({ findings: [], since: null });
  const rest = await verifyLedger(main.folder, main.oids.at(-1)!, { path });
  expect(rest).toMatchObject({ findings: [], since: main.oids[9] });
  const whole = await verifyLedger(main.folder, main.oids.at(-1)!, { path: null });
  expect(whole).toMatchObject({ findings: [], walked: { results: 16, begun: { carried: false } } });
  expect(rest.walked).toEqual(whole.walked);
});

test('every tampering of the zoo is found, with its commit', async () => {
  const folder = await scratch();
  const main = await honestMain(join(folder, 'main'));
  const tried = await tryAll(main, folder);
  expect(tried.filter(({ found }) => !found)).toEqual([]);
  expect(tried.length).toBeGreaterThanOrEqual(20);
});
