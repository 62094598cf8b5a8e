import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeReasons, parseReasons, type Reason, RULES, reason, SAID } from './reasons.ts';

const { tree } = fc.letrec<{ tree: Reason; none: Reason[] }>((tie) => ({
  tree: fc.record({
    rule: fc.constantFrom(...RULES),
    said: fc.constantFrom(...SAID),
    code: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
    saw: fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.toWellFormed()),
    because: fc.oneof({ depthSize: 'small' }, tie('none'), fc.array(tie('tree'), { maxLength: 3 })),
  }),
  none: fc.constant([]),
}));

it('what is written is read again, whatever an author made a rule see', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 20 }), (reasons) => {
      const text = encodeReasons(reasons);
      expect(parseReasons(text)).toEqual(reasons);
      expect(text.slice(8, -4)).not.toContain('`'); // nothing that a rule saw closes the fence
    }),
  );
});

it('no reasons are no text, and what is not ours is none', () => {
  expect(encodeReasons([])).toBe('');
  for (const text of [
    '',
    null,
    '```json\n{}\n```',
    '```json\n[{"rule":"other"}]\n```',
    '```json\n[\n```',
    '```yaml\n[]\n```',
    '```json\n[]\n~~~',
  ])
    expect(parseReasons(text)).toBeNull();
});

it('what rules saw is cut, the more the more there is, and what GitHub does not take is left out', () => {
  const long = reason('paths', 'refused', 'needs-work', 'x'.repeat(5000));
  expect(parseReasons(encodeReasons([long]))![0]!.saw).toHaveLength(2000);
  const many = parseReasons(
    encodeReasons([reason('eligibility', 'refused', 'needs-work', '', Array(100).fill(long))]),
  )!;
  expect(many[0]!.because.map((one) => one.saw.length)).toEqual(Array(100).fill(200));
  expect(encodeReasons(Array(300).fill(long))).toBe('');
});

it('a flat list, as older bots wrote it, is read', () => {
  const old = [
    { rule: 'settings', said: 'passed', code: 'read', saw: 'tracks cpu', because: [] },
    { rule: 'paths', said: 'passed', code: 'fine', saw: 'train/train.py', because: [] },
    { rule: 'runs', said: 'passed', code: 'counted', saw: 'explore 1: 1.5000 by ada', because: [] },
  ];
  expect(parseReasons(`\`\`\`json\n${JSON.stringify(old)}\n\`\`\``)).toEqual(old);
});
