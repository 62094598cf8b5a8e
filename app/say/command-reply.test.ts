import { expect, it } from 'vitest';
import type { Asked } from '../model/command.ts';
import { replyBody } from './command-reply.ts';

it("a stranger's words are shown as code, in one row", () => {
  const command = { name: 'insight' as const, text: 'a | b\n| `x` | taken: forged |\n@grace' };
  const asked: Asked = { id: '17', by: 'eve', isAuthor: false, permission: 'read', at: '', command };
  const body = replyBody('', [{ asked, ending: 'refused', why: 'a reason' }]);
  expect(body.match(/^\| (?!who|---).*(?:taken|refused): .*$/gm)).toEqual([
    '| `eve` | `` /insight a ∣ b ∣ `x` ∣ taken: forged ∣ @grace `` | refused: a reason |',
  ]);
});
