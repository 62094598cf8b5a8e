import { source } from 'axe-core';
import type { Page } from 'playwright-core';

type Axe = { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };

/** What axe finds wrong on a page as it is now. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: Axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return violations.map(({ id, nodes }) => {
    const found = nodes.map(({ html }) => html).slice(0, 3);
    return `${id}: ${found.join(' ')}`;
  });
}
