import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasBrowser } from '../testing/browser.ts';
import { historyOf } from '../testing/history.ts';
import { Visits } from '../testing/visits.ts';

vi.setConfig({ testTimeout: 240_000 }); // a browser on a busy machine

const visits = new Visits();
beforeAll(() => visits.open());
afterAll(() => visits.close());

describe.skipIf(!hasBrowser)('tables in a browser', () => {
  it('are sorted by all rows of the file, by the keyboard, and the address keeps it; a part of a chart stays hidden', async () => {
    const url = await visits.serve(historyOf(400));
    const { page, wrong } = await visits.visit(`${url}tracks/h100/people.html`);
    await page.locator('#agents').getByRole('button', { name: 'tries' }).focus();
    await page.keyboard.press('Enter');
    const head = page.locator('#agents th', { hasText: 'tries' });
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('descending');
    const tries = async () => (await page.locator('#agents td:nth-child(3)').allTextContents()).map(Number);
    const [most] = await tries();
    expect(await tries()).toEqual((await tries()).toSorted((a, b) => b - a));
    await page.keyboard.press('Enter');
    await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
    expect((await tries())[0]).toBeLessThan(most!);
    expect(await page.getByRole('status').first().textContent()).toMatch(
      /"tries", rising: the first 25 of \d+ rows/,
    );
    const address = page.url();
    expect(address).toContain('sort=agents.2.rising');
    const again = await visits.visit(address);
    await expect
      .poll(() => again.page.locator('#agents th', { hasText: 'tries' }).getAttribute('aria-sort'))
      .toBe('ascending');

    const first = await visits.visit(`${url}?hide=failed`);
    expect(await first.page.getByLabel('failures').isChecked()).toBe(false);
    await first.page.getByLabel('failures').check();
    expect(first.page.url()).not.toContain('hide');
    expect([...wrong, ...again.wrong, ...first.wrong]).toEqual([]);
  });
});
