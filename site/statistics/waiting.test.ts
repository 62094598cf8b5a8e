import { expect, it } from 'vitest';
import { createRandom } from './random.ts';
import { waitingQuantile } from './waiting.ts';

it('an event that comes by chance comes within the time as often as it says, whatever the rate', () => {
  const random = createRandom(7);
  const wait = (rate: number) => -Math.log(1 - random()) / rate;
  for (const n of [3, 12])
    for (const p of [0.1, 0.5, 0.9]) {
      let within = 0;
      const times = 20_000;
      for (let i = 0; i < times; i += 1) {
        const rate = 10 ** (4 * random() - 2);
        const span = Array.from({ length: n }, () => wait(rate)).reduce((a, b) => a + b, 0);
        if (wait(rate) <= waitingQuantile(n, span, p)) within += 1;
      }
      expect(Math.abs(within / times - p)).toBeLessThan(0.012); // four standard errors
    }
});
