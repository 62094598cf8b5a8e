import { applyPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffOf } from './diff.ts';

const LIMIT = 64 * 1024;
const MARK = '[cut: the diff is longer than 64 KiB]';
const program = (lines: string[]) => lines.map((line) => `${line}\n`).join('');
const numbered = (count: number, name: string) =>
  Array.from({ length: count }, (_, i) => `${name}_${i} = ${i}`);

describe('the diff of a file', () => {
  it('names the file, and shows what changed with three lines around it', () => {
    const old = numbered(9, 'x');
    const text = diffOf(program(old), program(old.with(4, 'y = 1')));
    expect(text.split('\n')).toEqual([
      '--- a/train/train.py',
      '+++ b/train/train.py',
      '@@ -2,7 +2,7 @@',
      ...old.slice(1, 4).map((line) => ` ${line}`),
      '-x_4 = 4',
      '+y = 1',
      ...old.slice(5, 8).map((line) => ` ${line}`),
      '',
    ]);
  });

  it('keeps a line of equal signs that the file itself has', () => {
    const text = diffOf("a = '''\n'''\n", "a = '''\n====\n'''\n");
    expect(text).toContain("+====\n '''");
  });

  it('can be applied again, whatever changed', () => {
    const line = fc.constantFrom('a = 1', 'b = 2', 'c = 3', 'd = 4', '# note');
    fc.assert(
      fc.property(fc.array(line), fc.array(line), (old, present) => {
        const [before, after] = [program(old), program(present)];
        expect(applyPatch(before, diffOf(before, after))).toBe(after);
      }),
    );
  });

  it('shows a file as replaced where too much changed to search for what stayed', () => {
    const ruled = ["s = '''", '====', "'''"];
    const [old, present] = [
      [...numbered(1600, 'x'), ...ruled],
      [...numbered(1600, 'y'), ...ruled],
    ];
    const lines = diffOf(program(old), program(present)).split('\n');
    expect(lines.slice(0, 3)).toEqual(['--- a/train/train.py', '+++ b/train/train.py', '-x_0 = 0']);
    expect(lines.filter((one) => one.startsWith('-x_'))).toHaveLength(1600);
    expect(lines.filter((one) => one.startsWith('+y_'))).toHaveLength(1600);
    expect(lines.filter((one) => /^[-+]====$/.test(one))).toHaveLength(2);
    expect(lines.some((one) => one.startsWith('@@'))).toBe(false);
  }, 60_000);

  it('is cut at 64 KiB and says so, and never in the middle of a character', () => {
    const head = diffOf('', "x = ''\n").length - 1;
    const most = LIMIT - 2 - Buffer.byteLength("x = ''") - head + "x = ''".length;
    const sized = (bytes: number) => diffOf('', `x = '${'a'.repeat(bytes)}'\n`);
    // The longest that is whole, and one byte more.
    const whole = Array.from({ length: 40 }, (_, i) => sized(most - 20 + i));
    const kept = whole.filter((text) => !text.includes(MARK));
    expect(Math.max(...kept.map((text) => Buffer.byteLength(text)))).toBe(LIMIT);
    for (const letter of ['é', '日', '🙂'])
      for (let shift = 0; shift < 4; shift += 1) {
        const text = diffOf('', `x = '${'a'.repeat(shift)}${letter.repeat(40_000)}'\n`);
        expect(text).not.toContain('\ufffd');
        expect(text.endsWith(`\n${MARK}\n`)).toBe(true);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
        expect(Buffer.byteLength(text)).toBeGreaterThan(LIMIT - 128);
      }
  });

  it("keeps the file's own replacement characters when it is cut", () => {
    const text = diffOf('', `x = '\ufffd'\ny = '${'a'.repeat(70_000)}'\n`);
    expect(text).toContain("+x = '\ufffd'");
  });
});
