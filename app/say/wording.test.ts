import { expect, it } from 'vitest';
import { beforeVerdict } from '../../testing/wording/before-verdict.ts';
import { writeBook } from '../../testing/wording/book.ts';
import { commands, commits, issues, leaderboard } from '../../testing/wording/elsewhere.ts';
import { verdictParts, verdicts } from '../../testing/wording/verdicts.ts';

/** Tests of decisions assert codes. What people read is here, once. `vitest run app/say/wording.test.ts -u` writes it anew. */
it('the bot says what its phrase book says', async () => {
  const book = writeBook([beforeVerdict, verdicts, verdictParts, commands, commits, issues, leaderboard]);
  await expect(book).toMatchFileSnapshot('wording.md');
});
