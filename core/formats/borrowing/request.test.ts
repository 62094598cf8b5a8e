import { describe, expect, it } from 'vitest';
import { parseBorrow, parseDescription } from '../description.ts';

const TO = 'age12vadyelk7lqfa93dzsultk6wsnx3mggavesz67d33cprhm3qzf2szz8lme';
const block = (yaml: string) => `Some words.\n\n\`\`\`yaml\n${yaml}\n\`\`\`\n`;
const asked = (more: string, to = TO) => block(`borrow: { seconds: 60, to: ${JSON.stringify(to)}${more} }`);

describe('what a description borrows', () => {
  it('is read with its defaults, and is no experiment', () => {
    expect(parseBorrow(asked(''))).toEqual({
      ok: true,
      value: { seconds: 60, copies: 1, keep: 'weights', to: TO, track: null },
    });
    expect(parseBorrow(`${asked('').replace('\n```\n', '\ntrack: cpu\n```\n')}`)).toMatchObject({
      value: { track: 'cpu' },
    });
    expect(parseBorrow(asked(', data: climbmix'))).toMatchObject({ value: { data: 'climbmix' } });
    expect(parseDescription(asked(''))).toMatchObject({ ok: false });
  });

  it('is nothing where it is not asked for', () => {
    expect(parseBorrow(block('hypothesis: We could borrow: a longer sentence'))).toBeNull();
    expect(parseBorrow('borrow: everything')).toBeNull();
    expect(parseDescription(block('hypothesis: a long enough sentence\n# borrow: no'))).toMatchObject({
      ok: true,
    });
  });

  it.each([
    [
      'an experiment too',
      block(`borrow: { seconds: 60, to: ${TO} }\nhypothesis: and a hypothesis`),
      'hypothesis',
    ],
    ['a bid too', block(`borrow: { seconds: 60, to: ${TO} }\nbid: 600`), 'bid'],
    ['too many copies', asked(', copies: 33'), 'copies'],
    ['half a second', asked(', seconds: 0.5').replace('seconds: 60, ', ''), 'seconds'],
    ['a day', asked(', seconds: 86400').replace('seconds: 60, ', ''), 'seconds'],
    ['something else', asked(', keep: everything'), 'keep'],
    ['an unknown key', asked(', recipient: me'), 'recipient'],
    ['a path for a data set', asked(', data: ../../etc'), 'data'],
    ['for nobody', block('borrow: { seconds: 60 }'), 'to'],
    [
      'two things',
      block(`borrow: { seconds: 60, to: ${TO} }\nborrow: { seconds: 6000, to: ${TO} }`),
      'each key once',
    ],
    [
      'a file elsewhere',
      asked(`, input: { url: "https://example.org/x", sha256: ${'a'.repeat(64)} }`),
      'input',
    ],
    [
      'a file at an address with a name',
      asked(`, input: { url: "https://github.com@evil.test/x", sha256: ${'a'.repeat(64)} }`),
      'input',
    ],
    ['a file without a digest', asked(', input: { url: "https://github.com/a/b/raw/main/x" }'), 'sha256'],
  ])('is refused: %s', (_, body, word) => {
    const parsed = parseBorrow(body);
    expect(parsed).toMatchObject({ ok: false });
    expect((parsed as { problems: string[] }).problems.join('; ')).toContain(word);
  });

  it.each([
    ['no key of age', 'ssh-ed25519 AAAA'],
    ['a secret key', 'AGE-SECRET-KEY-1QQQSYQCYQ5RQWZQFPG9SCRGWPUGPZYSNZS23V9CCRYDPK8QARC0SSLKM5D'],
    ['a letter that is wrong', TO.replace('2', '3')],
    ['a line break', `${TO}\n`],
    ['a second recipient', `${TO} ${TO}`],
    ['a megabyte', `age1${'q'.repeat(2 ** 15)}`],
    [
      'a key with which nothing can be agreed',
      'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z',
    ],
  ])('is refused with %s', (_, to) => {
    expect(parseBorrow(asked('', to))).toMatchObject({ ok: false });
  });
});
