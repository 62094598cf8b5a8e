import { canonicalJson, type Ledger } from '../../formats/ledger.ts';
import { namedMap } from '../../names.ts';
import { cut } from '../../text/cut.ts';
import { balanceOf } from '../holds.ts';
import { SHOWN } from './walked.ts';

/** How a ledger differs from the one that follows, in words: the first balance that is not what it should be, else the first other part. */
export function changedBalance(expected: Ledger, found: Ledger): [expected: string, found: string] {
  const of = (ledger: Ledger) => [
    ...Object.keys(ledger.accounts),
    ...Object.keys(ledger.system),
    ...Object.values(ledger.machines).map(({ account }) => account),
  ];
  for (const account of [...new Set([...of(expected), ...of(found)])].sort()) {
    const [should, is] = [balanceOf(expected, account), balanceOf(found, account)];
    if (should !== is) return [`a balance of ${credits(should)} of ${account}`, credits(is)];
  }
  const [should, is] = [partsOf(expected), partsOf(found)];
  for (const name of [...new Set([...Object.keys(should), ...Object.keys(is)])].sort())
    if (should[name] !== is[name]) return [`${name} ${shown(should[name])}`, shown(is[name])];
  return ['the text that the bot writes', 'the same values written in another way'];
}

/** Two levels deep. */
function partsOf(ledger: Ledger): Record<string, string> {
  const parts = namedMap<string>();
  for (const [key, value] of Object.entries(ledger)) {
    if (typeof value !== 'object' || Array.isArray(value)) parts[`\`${key}\``] = canonicalJson(value);
    else for (const [name, one] of Object.entries(value)) parts[`\`${key}\` of ${name}`] = canonicalJson(one);
  }
  return parts;
}

function credits(milli: number): string {
  return `${milli / 1000} credits`;
}

function shown(text: string | undefined): string {
  return text === undefined ? 'left out' : cut(text, SHOWN);
}
