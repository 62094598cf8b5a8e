import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeReasons, parseReasons, type Reason, RULES, SAID } from './reasons.ts';

const reason: fc.Arbitrary<Reason> = fc.record({
  rule: fc.constantFrom(...RULES),
  said: fc.constantFrom(...SAID),
  code: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
  saw: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
  because: fc.constant([]),
});

it('what is written is read again, whatever an author made a rule see', () => {
  fc.assert(
    fc.property(fc.array(reason, { minLength: 1, maxLength: 20 }), (reasons) => {
      const text = encodeReasons(reasons);
      expect(parseReasons(text)).toEqual(reasons);
      expect(text.slice(8, -4)).not.toContain('`'); // nothing that a rule saw closes the fence
    }),
  );
});

it('no reasons are no text, and what is not ours is none', () => {
  expect(encodeReasons([])).toBe('');
  for (const text of ['', null, '```json\n{}\n```', '```json\n[{"rule":"other"}]\n```', '```json\n[\n```'])
    expect(parseReasons(text)).toBeNull();
});

it('a rule that saw too much is cut, and more than GitHub takes is left out', () => {
  const long: Reason = {
    rule: 'paths',
    said: 'refused',
    code: 'needs-work',
    saw: 'x'.repeat(5000),
    because: [],
  };
  expect(parseReasons(encodeReasons([long]))![0]!.saw).toHaveLength(2000);
  expect(encodeReasons(Array(100).fill(long))).toBe('');
});
