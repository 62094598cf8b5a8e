import { expect, it } from 'vitest';
import { snapshot } from '../../../testing/snapshot/snapshot.ts';
import type { BranchCommit } from '../../model/snapshot.ts';
import { mayBring } from './branch.ts';

const plain: BranchCommit = {
  message: 'Halve the batch\n\nMore steps: it should help.',
  login: 'nova',
  parents: 1,
  paths: ['train/train.py'],
};
const brings = (change: Partial<BranchCommit>) =>
  mayBring(snapshot({ branch: [plain, { ...plain, ...change }] }).pull);

it('brings commits of the measured file alone, by its author or by no known account', () => {
  expect(brings({})).toBe(true);
  expect(brings({ login: null })).toBe(true);
  expect(mayBring(snapshot({ author: 'ghost', branch: [plain] }).pull)).toBe(true);
  expect(brings({ message: 'Claim: a smaller batch', paths: [] })).toBe(true);
  expect(mayBring(snapshot({ branch: [] }).pull)).toBe(false);
  expect(mayBring(snapshot({ branch: null }).pull)).toBe(false);
});

it.each<[string, Partial<BranchCommit>]>([
  ['another file', { paths: ['train/train.py', 'setup.sh'] }],
  ['a renamed file', { paths: ['train/train.py', 'train/old.py'] }],
  ['a merge', { parents: 2 }],
  ['another author', { login: 'grace' }],
  ['closing words', { message: 'Closes #1, fixes other/repo#2' }],
  ['a link that closes', { message: 'Fixes https://github.com/descent/descent/issues/1' }],
  ['a forged trailer', { message: 'Better\n\nVerdict: improved' }],
  ['a forged link of the frontier', { message: `Better\n\nFrontier-File: ${'a'.repeat(40)}` }],
  ['a co-author', { message: 'Better\n\nCo-authored-by: grace <g@example.com>' }],
  ['a ping', { message: 'Better, @grace' }],
  ['an order to CI', { message: 'Better [skip ci]' }],
  ['a message that is too long', { message: 'x'.repeat(2001) }],
  ['bytes that are not UTF-8', { message: 'Better \ufffd' }],
  ['hidden characters', { message: 'Better \u202e' }],
])('but none with %s', (_, change) => {
  expect(brings(change)).toBe(false);
});
