import { describe, expect, it } from 'vitest';
import { file } from '../../testing/snapshot/head.ts';
import { snapshot } from '../../testing/snapshot/snapshot.ts';
import { checksOf, type PullRequest, problemsOf } from './eligibility.ts';

const rules = {
  defaultBranch: 'main',
  tracks: ['cpu', 'h100'],
  primary: 'cpu',
  asked: ['cpu'],
  admitted: false,
};
const good: PullRequest = { ...snapshot().pull, file };
const problems = (change: Partial<PullRequest>, more: Partial<typeof rules> = {}) =>
  problemsOf({ ...good, ...change }, { ...rules, ...more });
const text = (content: string) => ({ ...file, text: content, size: Buffer.byteLength(content) });

describe('eligibility', () => {
  it('lets a good pull request through', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ file: text('x = "é 日本 🙂"\n') })).toEqual([]);
  });

  it.each<[string, Partial<PullRequest>, string]>([
    ['another base', { base: 'dev' }, 'it must be `main`'],
    ['nothing', { changedFiles: 0, files: [] }, 'nothing is changed'],
    ['files that GitHub does not list', { changedFiles: 0, files: null }, 'GitHub does not say which files'],
    ['more than GitHub shows', { changedFiles: 5000, files: [] }, '(it counts 5000)'],
    [
      'other files too',
      { changedFiles: 2, files: [...good.files!, { path: 'train/prepare.py', change: 'modified' }] },
      '`train/prepare.py`',
    ],
    ['hundreds of files', { changedFiles: 300, files: [{ path: 'a', change: 'added' }] }, 'and 299 more'],
    ['another file only', { files: [{ path: 'README.md', change: 'modified' }] }, '`README.md`'],
    [
      'the file renamed',
      { files: [{ path: 'train/mine.py', change: 'renamed' }], file: null },
      'restore it as a regular file',
    ],
    [
      'another file renamed to it',
      { files: [{ path: 'train/train.py', change: 'renamed' }] },
      'another file was moved to `train/train.py`',
    ],
    [
      'another file copied to it',
      { files: [{ path: 'train/train.py', change: 'copied' }] },
      'another file was moved to `train/train.py`',
    ],
    [
      'a folder in its place',
      {
        changedFiles: 2,
        files: [
          { path: 'train/train.py', change: 'deleted' },
          { path: 'train/train.py/x', change: 'added' },
        ],
        file: { ...file, mode: '040000', text: null },
      },
      'restore it as a regular file',
    ],
    ['the file deleted', { files: [{ path: 'train/train.py', change: 'deleted' }], file: null }, 'is gone'],
    ['an executable', { file: { ...file, mode: '100755' } }, 'chmod=-x'],
    ['a symbolic link', { file: { ...file, mode: '120000' } }, 'symbolic link'],
    ['a submodule', { file: { ...file, mode: '160000' } }, 'mode 160000'],
    ['an empty file', { file: text('') }, 'is empty'],
    ['a binary file', { file: { ...file, text: null } }, 'is binary'],
    ['a file with a zero byte', { file: text('a\0b') }, 'is binary'],
    ['Latin-1', { file: { ...file, text: '\ufffd', size: 1 } }, 'not UTF-8'],
    ['65 KiB', { file: { ...file, size: 65 * 1024 } }, 'at most 65536'],
    ['bidirectional controls', { file: text('a\nb = "\u202e"\n') }, 'line 2'],
    ['a name of blanks', { file: text('a = 1\n\u3164 = 2\n') }, 'line 2 of `train/train.py` holds U+3164'],
    ['a zero-width space', { file: text('a = "\u200b"\n') }, 'holds U+200B'],
    ['a byte order mark inside', { file: text('a = "\ufeff"\n') }, 'holds U+FEFF'],
    ['what Python cannot read', { file: text('a = 1\na = (\n') }, '`train/train.py`: line 2 is no Python'],
    ['code that hides code', { file: text('a = 1\nexec(a)\n') }, '`train/train.py`: line 2 '],
  ])('names %s', (_name, change, reason) => {
    expect(problems(change).join('\n')).toContain(reason);
  });

  it.each(['added', 'modified', 'changed'] as const)('lets through the file itself, %s', (change) => {
    expect(problems({ files: [{ path: 'train/train.py', change }] })).toEqual([]);
  });

  it('measures 64 KiB and no byte more', () => {
    const sized = (bytes: number) =>
      problems({ file: text('#\n'.repeat(bytes / 2) + '\n'.repeat(bytes % 2)) });
    expect(sized(64 * 1024)).toEqual([]);
    expect(sized(64 * 1024 + 1)).toHaveLength(1);
  });

  it('counts what it does not name, and says in which git the rest is taken back', () => {
    const files = Array.from({ length: 12 }, (_, i) => ({ path: `f${i}`, change: 'added' as const }));
    const [both, one] = [
      problems({ changedFiles: 13, files: [...good.files!, ...files] })[0]!,
      problems({ changedFiles: 2, files: [...good.files!, files[0]!] })[0]!,
    ];
    expect(both).toContain('`f9` and 2 more: take them back with `git checkout upstream/main -- PATH`');
    expect(one).toContain('changes `f0`: take it back');
  });

  it('says what is wrong once: a file that is gone has no other fault, nor what happened to others', () => {
    const gone = { files: [{ path: 'train/train.py', change: 'deleted' as const }], file: null };
    expect(problems(gone)).toHaveLength(1);
    const beside = { path: 'train/another.py', change: 'deleted' as const };
    expect(problems({ changedFiles: 2, files: [beside, ...good.files!] })).toHaveLength(1);
  });

  it('says of each rule what it saw', () => {
    const saw = (change: Partial<PullRequest>) =>
      Object.fromEntries(checksOf({ ...good, ...change }, rules).map((one) => [one.rule, one.saw]));
    expect(saw({})).toMatchObject({
      base: '`main`',
      paths: '`train/train.py`',
      file: expect.stringContaining('mode 100644'),
    });
    expect(saw({ changedFiles: 0, files: [] }).paths).toBe('nothing changed');
  });

  it('names every track that is not there, before anything is measured', () => {
    const named = problems({}, { asked: ['cpu', 'tpu', 'abacus'] }).join('\n');
    expect(named).toContain('names `tpu`, `abacus`: the tracks here are cpu, h100');
  });

  it('leaves out a track that is gone since it was let through, unless no other is left', () => {
    expect(problems({}, { asked: ['cpu', 'tpu'], admitted: true })).toEqual([]);
    expect(problems({}, { asked: ['tpu'], admitted: true }).join('\n')).toContain('the tracks here are');
  });

  it("lets main's own file through to another track than the primary one", () => {
    const same = { changedFiles: 0, files: [] };
    expect(problems(same, { asked: ['h100'] })).toEqual([]);
    expect(problems(same, { asked: ['cpu', 'h100'] })).toEqual([]);
    const other = { files: [{ path: 'README.md', change: 'modified' as const }] };
    expect(problems(other, { asked: ['h100'] })).toHaveLength(1);
    expect(problems(same).join('\n')).toContain('on another track than cpu');
  });

  it.each([
    [
      'in words of ours',
      'the description has no hypothesis: add `## Hypothesis` (at least 10 characters)',
      false,
    ],
    ['with a name', '`agent` is "@nova"', true],
    ['with a reference', '`change` is "fixes #1"', true],
    ['with an address', '`change` is "https://example.com"', true],
    ['with an image', '`change` is "x"\n![x](y)', true],
    ['with an empty code span', '`change` is "``"', true],
  ])('a problem of the description %s is shown as what it is', (_name, problem, isCode) => {
    const [shown] = problems({ description: { ok: false, problems: [problem] } });
    if (isCode) expect(shown).toMatch(/^description: (`+)[^\n]*\1$/);
    else expect(shown).toBe(`description: ${problem}`);
  });

  it('quotes paths and descriptions of strangers inertly', () => {
    const hostile = { path: '@octocat `x` <img src=x> fixes #1', change: 'added' as const };
    const shown = problems({
      changedFiles: 2,
      files: [...good.files!, hostile],
      description: { ok: false, problems: ['`agent` is "@octocat fixes #1"'] },
    });
    shown.push(...problems({ file: text('a = `@octocat`\nb = 1\n') }));
    expect(shown).toHaveLength(3);
    for (const line of shown) expect(line.replace(/(`+)[^`].*?\1(?!`)/g, '')).not.toMatch(/@octocat|#1|<img/);
  });
});
