import { expect, test } from 'vitest';
import { refuseMemorised } from './memorised.ts';

const incumbent = { valBpb: 2.2, heldoutBpb: 2.3 };
const judge = (valBpb: number, heldoutBpb: number) => () =>
  refuseMemorised({ valBpb, heldoutBpb }, incumbent);

test('a table of validation text helps on that text alone, and is refused', () => {
  expect(judge(1.4, 2.3)).toThrow(
    'On validation text the model is 0.8000 bits per byte better than the incumbent, on held-out text 0.0000',
  );
  expect(judge(1.4, 2.5)).toThrow(/knows the validation text/); // worse elsewhere is no excuse
});

test.each([
  ['a better model', 1.9, 2.05],
  ['a lucky seed', 2.15, 2.29],
  ['an unlucky seed', 2.5, 2.45],
  ['the incumbent itself', 2.2, 2.3],
])('%s passes', (_, valBpb, heldoutBpb) => {
  expect(judge(valBpb, heldoutBpb)).not.toThrow();
});
