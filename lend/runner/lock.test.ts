import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { lock } from './lock.ts';

const file = require.resolve('./lock.ts');

/** Another client: it holds a card until it is ended. */
async function client(...cards: string[]) {
  const script = `
    import { lock } from '${file}';
    await lock(${JSON.stringify(cards)}, 'descent lend of ann/desk (process ' + process.pid + ')');
    console.log('held');
    setInterval(() => undefined, 1000);`;
  const child = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child }; // a child alone would be waited for
}

test('a second client of a card is told who holds it, and a killed one holds it no longer', async () => {
  const [card, other] = [`GPU-${randomUUID()}`, `GPU-${randomUUID()}`];
  const { child: first } = await client(card);
  await expect(lock([other, card], 'second')).rejects.toThrow(
    `descent lend of ann/desk (process ${first.pid}) lends ${card} already`,
  );
  // What it took before it was refused is free again, and another card is another's.
  const { child: third } = await client(other);
  first.kill('SIGKILL');
  await first;
  const { release } = await lock([card], 'second');
  await release();
  await (await lock([card], 'third')).release();
  third.kill('SIGKILL');
  await third;
});
