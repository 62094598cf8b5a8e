import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unsaid } from '../../testing/wording/unsaid.ts';

/** Tests of decisions assert codes. What people read is here, once. `vitest run app/say/wording.test.ts -u` writes it again. */

it('the bot says what its phrase book says, and the book leaves out nothing', async () => {
  const sources = (await readdir(import.meta.dirname)).filter((name) => /(?<!\.test)\.ts$/.test(name));
  const left = await unsaid('/app/say/', async () => {
    for (const name of sources) await import(join(import.meta.dirname, name));
    const { book } = await import('../../testing/wording/book.ts');
    await expect(book()).toMatchFileSnapshot('wording.md');
  });
  expect(left).toEqual([]);
});
