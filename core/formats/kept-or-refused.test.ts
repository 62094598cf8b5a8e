import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { problems, value, yaml } from '../../testing/examples/description.ts';
import { parseDescription } from './description.ts';

/** Nothing that an author writes is cut in silence: it is kept as GitHub shows it, or refused with the reason. */

const SAID = 'Halving the batch doubles the steps.';

/** What means something to YAML or to Markdown. */
const MARKS = ['#41', ' #', '!w', '&w', '*w', ': ', '- ', '"', "'", '%', '@', '<!--', '-->', '# x'];

describe('what YAML would drop is refused, with line, key, value and what to do', () => {
  it.each([
    [
      'an issue number',
      'hypothesis: Combines the wins of #41 and #57',
      'line 1 (`hypothesis`): "#41 and #57"',
    ],
    ['a number after "# "', `hypothesis: ${SAID}\nchange: from run # 12`, 'line 2 (`change`): "# 12"'],
    ['a value that begins with one', 'hypothesis: #41 and #57 together', '"#41 and #57 together"'],
    ['one after a quote inside', 'hypothesis: take the "wide" model of #41', '"#41" is taken for a comment'],
    ['one beside a folded value', 'hypothesis: > # the wins of\n  more steps help here', 'line 1'],
    [
      'one on a later line of the value',
      'hypothesis: more steps\n  help as in #41',
      'line 2 (`hypothesis`): "#41"',
    ],
    [
      'an indented line of its own',
      `hypothesis: ${SAID}\n  # 41 is better still\nexpect: -1`,
      'line 2 (`hypothesis`)',
    ],
    ['a name', `hypothesis: ${SAID}\nagent: nova #2`, '(`agent`): "#2"'],
    ['one below a quoted key', `hypothesis: ${SAID}\n"agent": nova #2`, '(`agent`): "#2"'],
    ['one below a key with a blank', `hypothesis: ${SAID}\nagent : nova #2`, '(`agent`): "#2"'],
    ['one in a sentence with a colon', 'hypothesis: >- #41\n  note: more #42', '(`hypothesis`): "#41"'],
    ['one after a sentence with a colon', 'hypothesis: |\n  note: more\n  #1\n #42', '(`hypothesis`): "#42"'],
    [
      'a word with a mark',
      'hypothesis: !important the batch is too large',
      '"!important" is taken for a tag',
    ],
    ['a mark alone', 'hypothesis: ! the batch is too large', '"!" is taken for a tag'],
    ['an anchor', 'hypothesis: &more steps help in the warm-down', '"&more" is taken for an anchor'],
    ['an alias', `a: &x ${SAID}\nhypothesis: *x`, '"*x" is taken for an alias'],
    ['bold words', 'hypothesis: **fewer** steps are enough for it', '"**fewer**" is taken for an alias'],
    ['a directive', `%YAML 1.2\n---\nhypothesis: ${SAID}`, '"%YAML 1.2" is taken for a directive'],
    ['a second document', `hypothesis: ${SAID}\n---\nhypothesis: and another one`, 'write one document'],
    ['words after the end', `hypothesis: ${SAID}\n...\nand more`, 'write one document'],
    ['a key twice', `hypothesis: ${SAID}\nhypothesis: and another one`, 'line 2 (`hypothesis`)'],
    ['a colon', 'hypothesis: two ideas: fewer heads, more steps', 'put it in quotes'],
    ['a key of JavaScript', `hypothesis: ${SAID}\n__proto__: x`, 'unknown key'],
  ])('%s', (_name, block, reason) => expect(problems(yaml(block))).toContain(reason));

  it('of much, the first five are named, and of a long one its beginning', () => {
    const said = problems(yaml(`hypothesis: ${SAID}\n${' # 41\n'.repeat(9)}`)).split('\n');
    expect(said).toHaveLength(5);
    const cut = (letters: number) => problems(yaml(`hypothesis: a #${'x'.repeat(letters - 1)}`));
    expect(cut(60)).toContain(`"#${'x'.repeat(59)}"`);
    expect(cut(61)).toContain(`"#${'x'.repeat(59)}..."`);
    const wrong = (letters: number) => problems(yaml(`hypothesis: ${SAID}\nexpect: ${'x'.repeat(letters)}`));
    expect(wrong(58)).toContain(`is "${'x'.repeat(58)}":`);
    expect(wrong(59)).toContain(`is "${'x'.repeat(59)}...:`);
  });

  it('and kept where it cannot be taken for a comment, or where it is quoted', () => {
    const block = [
      '# a line of its own',
      'hypothesis: "Combines #41 & !that" # quoted',
      'expect: -0.004 # a number',
      'builds-on: [41, # the first',
      '  57] # a list',
      'change: |',
      '  # half of before',
      '  a#b !c &d *e',
      '# a line of its own, below a text',
      'agent: nova',
    ];
    expect(value(yaml(block.join('\n')))).toMatchObject({
      hypothesis: 'Combines #41 & !that',
      expect: -0.004,
      buildsOn: [41, 57],
      change: '# half of before\na#b !c &d *e',
      agent: 'nova',
    });
  });

  it('any text that `yaml` writes comes back complete', () => {
    const part = fc.constantFrom(...MARKS, '\n');
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.stringMatching(/^[a-z ]*$/)), { maxLength: 12 }), (parts) => {
        const said = `${parts.join('')} and so it goes on`.trim();
        expect(value(`\`\`\`\`yaml\n${stringify({ hypothesis: said })}\`\`\`\`\n`).hypothesis).toBe(said);
      }),
    );
  });

  it('any text without quotes is kept complete or refused', () => {
    const part = fc.constantFrom(...MARKS, ' ');
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.stringMatching(/^[a-z]*$/)), { maxLength: 8 }), (parts) => {
        const said = parts.join('').trim();
        const parsed = parseDescription(yaml(`hypothesis: ${said}`));
        const letters = (text: string) => text.replace(/[\s"'\\]/g, '');
        if (parsed.ok && !/^["']/.test(said)) expect(letters(parsed.value.hypothesis)).toBe(letters(said));
      }),
      { numRuns: 500 },
    );
  });
});

describe('what GitHub shows is read, what it hides is not', () => {
  it.each([
    [
      'a comment mark in code before the block',
      `Look at \`<!--\` here.\n${yaml(`hypothesis: ${SAID}`)}`,
      SAID,
    ],
    ['a comment mark in a fence before', `\`\`\`html\n<!--\n\`\`\`\n${yaml(`hypothesis: ${SAID}`)}`, SAID],
    ['an escaped comment mark', `\\<!-- is text\n${yaml(`hypothesis: ${SAID}`)}`, SAID],
    ['a block in the second fence', `\`\`\`yaml\nlr: 0.1\n\`\`\`\n${yaml(`hypothesis: ${SAID}`)}`, SAID],
    ['a section beside settings', `\`\`\`yaml\nlr: 0.1\n\`\`\`\n## Hypothesis\n${SAID}`, SAID],
    ['a byte order mark at the start', `\ufeff## Hypothesis\n${SAID}`, SAID],
    ['a fence with a title', `\`\`\`YAML title=x\nhypothesis: ${SAID}\n\`\`\``, SAID],
    ['an underlined heading', `Hypothesis\n----------\n${SAID}`, SAID],
    ['a heading in bold', `## **Hypothesis**:\n${SAID}`, SAID],
    ['a comment in the heading', `## Hypothesis <!-- why? -->\n${SAID}`, SAID],
    [
      'a smaller heading inside',
      `## Hypothesis\n${SAID}\n### Why\nMore.\n## Change\nx`,
      `${SAID}\n### Why\nMore.`,
    ],
    [
      'code with a heading',
      `## Hypothesis\n${SAID}\n\n    # half\n\nMore.`,
      `${SAID}\n\n    # half\n\nMore.`,
    ],
    [
      'code with a comment mark',
      `## Hypothesis\n\`<!-- x -->\` goes <!-- y -->\naway.`,
      '`<!-- x -->` goes \naway.',
    ],
    [
      'a hidden fence, then a section',
      `<!--\n${yaml('hypothesis: old and hidden')}-->\n## Hypothesis\n${SAID}`,
      SAID,
    ],
    ['a hidden heading', `<!-- a\n\n## Hypothesis\nhidden\n\n-->\n## Hypothesis\n${SAID}`, SAID],
    ['lines that end in CR', `## Hypothesis\r${SAID}\r\r## Change\rx`, SAID],
  ])('%s', (_name, body, said) => expect(value(body).hypothesis).toBe(said));

  it.each([
    ['a section in a fence', `\`\`\`\n## Hypothesis\n${SAID}\n\`\`\``, 'no hypothesis'],
    ['an HTML comment that is never closed', `<div><!--\n\n## Hypothesis\n${SAID}`, 'no hypothesis'],
    ['two blocks', yaml(`hypothesis: ${SAID}`).repeat(2), '2 `yaml` blocks'],
    ['two sections', `## Hypothesis\n${SAID}\n`.repeat(2), '2 sections'],
    [
      'a block and a section',
      `${yaml(`hypothesis: ${SAID}`)}\n## Hypothesis\n${SAID}`,
      'a `yaml` block and a section',
    ],
    [
      'a block without it, and a section',
      `${yaml('change: x')}\n## Hypothesis\n${SAID}`,
      'a `yaml` block and a section',
    ],
  ])('%s is refused', (_name, body, reason) => expect(problems(body)).toContain(reason));
});

describe('invisible characters', () => {
  const UNSEEN = [
    '\u200b',
    '\u2800',
    '\u3164',
    '\u115f',
    '\u034f',
    '\u{e0041}',
    '\u202e',
    '\ufe0f',
    '\u0007',
  ];
  it.each(UNSEEN)('%j alone, or among words, is refused by name, in every text', (one) => {
    const name = `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
    for (const text of [one.repeat(12), `Halving ${one}the batch`]) {
      expect(problems(yaml(`hypothesis: "${text}"`))).toContain(name);
      expect(problems(`## Hypothesis\n${text}`)).toContain(name);
      for (const key of ['change', 'differs'])
        expect(problems(yaml(`hypothesis: ${SAID}\n${key}: ${text}`))).toContain(name);
    }
  });
  it('in a note of the block, which is no text, they are refused with the line', () => {
    const noted = problems(yaml(`hypothesis: ${SAID}\n# a\u200bnote\nagent: nova`));
    expect(noted).toContain('line 2 of the `yaml` block holds U+200B');
  });
  it('written as an escape they are refused too', () => {
    expect(problems(yaml(`hypothesis: "${'\\u200b'.repeat(12)}"`))).toContain('U+200B');
  });
  it('a byte order mark among words is refused', () => {
    expect(problems(`## Hypothesis\nHalving \ufeffthe batch`)).toContain('U+FEFF');
  });
  it('of an emoji are kept', () => {
    expect(value(yaml('hypothesis: More 👩‍💻 and ❤️ for the steps')).hypothesis).toContain('👩‍💻 and ❤️');
  });
});

it('the block of AGENTS.md and the filled-in template are accepted', () => {
  const root = new URL('../../', import.meta.url);
  const agents = readFileSync(new URL('AGENTS.md', root), 'utf8');
  expect(value(/```yaml\nhypothesis[\s\S]*?```/.exec(agents)![0])).toMatchObject({
    change: 'TOTAL_BATCH_SIZE 2**19 -> 2**18',
    expect: -0.004,
    buildsOn: [41, 57],
    agent: 'nova',
    tracks: ['cpu', 'h100'],
  });
  const template = readFileSync(new URL('.github/pull_request_template.md', root), 'utf8');
  expect(problems(template)).toContain('`hypothesis`');
  expect(value(template.replace(/^hypothesis:.*$/m, `hypothesis: ${SAID}`)).hypothesis).toBe(SAID);
});

it('any input is read in time', () => {
  for (const part of [
    '>',
    '> ',
    '- ',
    '1. ',
    '<!--',
    'a <!-- ',
    'a<!---->',
    '<div><!--\n\n',
    'a\n=\n',
    '`a``',
    '[',
    '<?',
    '#\n',
    '*a ',
  ])
    parseDescription(part.repeat(Math.floor(65_000 / part.length)));
});
