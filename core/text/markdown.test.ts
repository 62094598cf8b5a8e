import { describe, expect, it } from 'vitest';
import { readMarkdown } from './markdown.ts';

const read = (text: string) => readMarkdown(text, 'hypothesis');
/** What is shown below a heading `## Hypothesis`. */
const section = (below: string) => read(`Before.\n\n## Hypothesis\n${below}\n\n## Change\nx`).sections;

describe('the text of a section is as its author wrote it, without comments', () => {
  it.each([
    ['blank lines around it', '\n\nOne.\n\nTwo.\n\n', 'One.\n\nTwo.'],
    ['an indented paragraph', 'One.\n\n   Two.', 'One.\n\n   Two.'],
    ['two comments in a line', 'a <!-- b --> c <!-- d --> e', 'a  c  e'],
    ['a comment after another', 'a <!-- b --><!-- c --> d', 'a  d'],
    ['the shortest comment', 'a <!--> b', 'a  b'],
    ['signs before a comment', '*more* [steps] <!-- b --> help', '*more* [steps]  help'],
    ['a comment over lines of their own', 'One.\n\n<!-- b\nc -->\n\nTwo.', 'One.\n\n\n\nTwo.'],
    ['comments in HTML', '  <div>a<!-- b -->c<!-- d -->e</div>', '<div>ace</div>'],
    ['indented HTML', 'One.\n\n  <div>a</div>', 'One.\n\n  <div>a</div>'],
    ['the shortest comment in HTML', '<div>a<!-->b</div>', '<div>ab</div>'],
    [
      'HTML that opens a comment',
      'One.\n\n<p>a<!--\n\n# b\n\nc\n\n</p>-->d\n\nTwo.',
      'One.\n\n<p>a\n\n\n\nd\n\nTwo.',
    ],
    ['a comment in a quote', '> a <!-- b -->\n> c', '> a <!-- b -->\n> c'],
    ['HTML in a quote', '> <div><!-- b --></div>', '> <div><!-- b --></div>'],
  ])('%s', (_name, below, shown) => expect(section(below)).toEqual([shown]));
});

it('a heading counts where it is one: not in a quote, nor in a list', () => {
  expect(read('> ## Hypothesis\n> a').sections).toEqual([]);
  expect(read('- ## Hypothesis\n  a').sections).toEqual([]);
});

it('a fence counts where it is one, by the first word beside it', () => {
  const fence = (info: string) => read(`\`\`\`${info}\na: 1\n\`\`\``).yaml;
  for (const info of ['yaml', 'yml', 'YAML', ' yaml ', 'yaml title=x'])
    expect(fence(info)).toEqual(['a: 1\n']);
  for (const info of ['', 'yamllint', 'myyaml', 'python yaml']) expect(fence(info)).toEqual([]);
  expect(read('> ```yaml\n> a: 1\n> ```').yaml).toEqual([]);
});
