/** Other spellings of a Python file, and small changes of it, made by chance. Many of them are no Python. */

type Random = () => number;
type Mutation = (text: string, random: Random) => string;

const TOKEN =
  /[rbuf]{0,2}(?:'''[\s\S]*?'''|"""[\s\S]*?"""|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*")|#.*|[\w.]+|\*\*=?|\/\/=?|[-+*/<>=!:]=|->|[^\s\w]/gi;
const WORDS =
  'x 1 2.0 None if else for in not and or * ** , ; : ( ) [ ] { } = == := . yield await lambda return "a" f"{x}" @ - is'.split(
    ' ',
  );

const pick = <T>(from: T[], random: Random): T => from[Math.floor(random() * from.length)]!;

function edited(text: string, random: Random, change: (token: string, all: string[]) => string): string {
  const tokens = [...text.matchAll(TOKEN)];
  if (tokens.length === 0) return text;
  const { 0: token, index } = pick(tokens, random);
  return `${text.slice(0, index)}${change(
    token,
    tokens.map((one) => one[0]),
  )}${text.slice(index + token.length)}`;
}

function lines(text: string, change: (line: string, i: number) => string): string {
  return text.split('\n').map(change).join('\n');
}

/** At one line: what `change` makes of it. */
function atLine(text: string, random: Random, change: (line: string) => string): string {
  const chosen = Math.floor(random() * text.split('\n').length);
  return lines(text, (line, i) => (i === chosen ? change(line) : line));
}

/** Most of these leave the program as it is, unless they meet the inside of a string. */
export const SPELLINGS: Record<string, Mutation> = {
  comment: (text, random) => atLine(text, random, (line) => `${line}  # a comment`),
  commentLine: (text, random) => atLine(text, random, (line) => `   # a comment\n${line}`),
  blankLine: (text, random) => atLine(text, random, (line) => `\n \t\n${line}`),
  trailingBlanks: (text) => lines(text, (line) => (line.endsWith('\\') ? line : `${line} \t`)),
  crlf: (text) => text.replaceAll('\n', '\r\n'),
  carriageReturns: (text) => text.replaceAll('\n', '\r'),
  byteOrderMark: (text) => `\ufeff${text}`,
  tabs: (text) => lines(text, (line) => line.replace(/^( {4})+/, (blank) => '\t'.repeat(blank.length / 4))),
  narrow: (text) => lines(text, (line) => line.replace(/^( {4})+/, (blank) => ' '.repeat(blank.length / 4))),
  wide: (text) => lines(text, (line) => line.replace(/^( {4})+/, (blank) => blank + blank)),
  formFeed: (text, random) => atLine(text, random, (line) => `\f${line}`),
  semicolon: (text, random) => atLine(text, random, (line) => `${line};`),
  noLastLineEnd: (text) => text.replace(/\s+$/, ''),
  moreBlanks: (text, random) => edited(text, random, (token) => ` ${token}  `),
  joinedLine: (text, random) => edited(text, random, (token) => `${token} \\\n `),
  brackets: (text, random) => edited(text, random, (token) => `(${token})`),
  otherQuotes: (text, random) =>
    edited(text, random, (token) => (/^['"]/.test(token) ? JSON.stringify(token.slice(1, -1)) : token)),
  trailingComma: (text, random) =>
    edited(text, random, (token) => (')]}'.includes(token) ? `,${token}` : token)),
};

/** Most of these make another program, or none. */
export const CHANGES: Record<string, Mutation> = {
  removed: (text, random) => edited(text, random, () => ''),
  doubled: (text, random) => edited(text, random, (token) => `${token} ${token}`),
  word: (text, random) => edited(text, random, () => pick(WORDS, random)),
  addedWord: (text, random) => edited(text, random, (token) => `${token} ${pick(WORDS, random)}`),
  another: (text, random) => edited(text, random, (_token, all) => pick(all, random)),
  lineRemoved: (text, random) =>
    lines(text, (line) => line).replace(`\n${pick(text.split('\n'), random)}\n`, '\n'),
  indented: (text, random) => atLine(text, random, (line) => ` ${line}`),
  tabbed: (text, random) => atLine(text, random, (line) => line.replace(/^ {4,8}/, '\t')),
  outdented: (text, random) => atLine(text, random, (line) => line.replace(/^ {4}/, '')),
  character: (text, random) => {
    const at = Math.floor(random() * text.length);
    return `${text.slice(0, at)}${pick([...'\\\'"{}()[]\t#\f\0é:,.=01 '], random)}${text.slice(at + Math.floor(random() * 2))}`;
  },
};
