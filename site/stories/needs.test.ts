import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { NOW_ON } from '../../testing/examples/now.ts';
import { axe } from '../testing/axe.ts';
import { hasBrowser } from '../testing/browser.ts';
import { EMPTY, historyOf } from '../testing/history.ts';
import { isWide, Visits } from '../testing/visits.ts';
import { VIEWS } from '../views/views.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 }); // a browser on a busy machine

/** The site for people with different screens, eyes and hands: every kind of page, in one browser. */

const DESK = { width: 1280, height: 900 };

const visits = new Visits();
/** Addresses of every kind of page, and what they are. */
const pages: [name: string, url: string][] = [];
beforeAll(async () => {
  await visits.open();
  const repository = 'ada/descent';
  const [full, one, none] = [
    await visits.serve(historyOf(400), { repository, now: NOW_ON('h100') }),
    await visits.serve(historyOf(1)),
    await visits.serve(EMPTY),
  ];
  const names = Object.keys(VIEWS).map((name) => `tracks/h100/${name}.html`);
  for (const path of [...names, 'experiments/h100/400.html', 'people/agent-0.html', 'join.html'])
    pages.push([path, full + path]);
  pages.push(['of one experiment', one], ['where nothing is measured', none]);
});
afterAll(() => visits.close());

/** Visits all pages, one after another, in one window; what is wrong on any fails the test. */
async function each(look: (page: Page, name: string) => Promise<void>) {
  const allowed = pages.map(([, url]) => new URL(url).origin);
  const { page, wrong } = await visits.visit(pages[0]![1], { viewport: DESK, bypassCSP: true }, { allowed });
  for (const [name, url] of pages) {
    await page.setViewportSize(DESK);
    await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'no-preference' });
    await page.goto(url);
    await page.waitForSelector('html.scripts');
    await look(page, name);
    expect(wrong, name).toEqual([]);
  }
  await page.context().close();
}

async function openAll(page: Page) {
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('details')) one.open = true;
  });
  const button = page.getByRole('button', { name: 'Show every experiment' });
  if (await button.isVisible()) {
    await button.click();
    await page.waitForSelector('canvas');
  }
}

describe.skipIf(!hasBrowser)('every kind of page', () => {
  it('has no fault that axe finds, on a desk and on a phone in the dark', async () => {
    await each(async (page, name) => {
      await openAll(page);
      expect(await axe(page), name).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await axe(page), `${name}, dark`).toEqual([]);
    });
  });

  it('fits: 320 pixels, a phone on its side, words at 200 %', async () => {
    await each(async (page, name) => {
      await openAll(page);
      for (const [width, height, size] of [
        [320, 640, '100%'],
        [740, 360, '100%'],
        [1280, 900, '200%'],
        [640, 450, '200%'],
        [360, 740, '200%'],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.evaluate((to) => document.documentElement.style.setProperty('font-size', to), size);
        expect(await isWide(page), `${name} at ${width} px, words at ${size}`).toBe(false);
        expect(await page.evaluate(cutWords), `${name} at ${width} px, words at ${size}`).toEqual([]);
      }
    });
  });

  it('can be read in forced colours, and says more strongly what is asked for', async () => {
    await each(async (page, name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ forcedColors: 'active', colorScheme });
        expect(await page.evaluate(faintWords), `${name}, ${colorScheme}`).toEqual([]);
      }
      await page.emulateMedia({ forcedColors: 'none', contrast: 'more' });
      expect(await page.evaluate(faintWords), `${name}, more contrast`).toEqual([]);
      await page.emulateMedia({ contrast: 'no-preference' });
    });
  });

  it('goes by the keyboard: Tab reaches everything that acts, in order, and shows where it is', async () => {
    await each(async (page, name) => {
      const count = await page.evaluate(numberControls);
      const reached: string[] = [];
      for (let i = 0; i < count; i += 1) {
        await page.keyboard.press('Tab');
        reached.push(await page.evaluate(focused));
      }
      expect(reached, name).toEqual(Array.from({ length: count }, (_, i) => `${i} seen`));
    });
  });
});

describe.skipIf(!hasBrowser)('what is to be copied', () => {
  it('is copied by a button, which says so; where it may not be, it is selected', async () => {
    const join = pages.find(([name]) => name === 'join.html')![1];
    const { page, wrong } = await visits.visit(join, { permissions: ['clipboard-read', 'clipboard-write'] });
    const sentence =
      'Read https://github.com/ada/descent and follow the instructions to join and start contributing.';
    const button = page.getByRole('button', { name: 'Copy the sentence' });
    await button.focus();
    await page.keyboard.press('Enter');
    const said = page.locator('blockquote [role=status]');
    await expect.poll(() => said.textContent()).toBe('Copied.');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(sentence);
    await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
    await button.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => said.textContent()).toContain('It is selected');
    expect(await page.evaluate(() => String(getSelection()))).toBe(sentence);
    expect(wrong).toEqual([]);
  });

  it('moves only for those who have not asked for stillness', async () => {
    const { page } = await visits.visit(pages[0]![1]);
    const moving = () => page.evaluate(() => document.getAnimations().length);
    await page.evaluate(() => document.getElementById('record')!.classList.add('new'));
    expect(await moving()).toBe(1);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await moving()).toBe(0);
  });
});

/** Words that are cut off by the box they stand in. Runs in the browser. */
function cutWords(): string[] {
  return [
    ...document.querySelectorAll<HTMLElement>(
      'h1, h2, p, li, td, th, dt, dd, summary, label, button, pre, a',
    ),
  ]
    .filter(
      (one) =>
        !one.closest('.unseen, .skip') && one.checkVisibility() && getComputedStyle(one).display !== 'inline',
    )
    .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0)
    .map((one) => `${one.localName}: ${one.textContent?.trim().slice(0, 60)}`);
}

/** Words whose contrast with what lies behind them is below 4.5. Runs in the browser. */
function faintWords(): string[] {
  const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const light = (colour: string, under = [255, 255, 255]): [number, number[]] => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = `rgb(${under})`;
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const rgb = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
    const [r, g, b] = rgb.map((v) =>
      v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4,
    );
    return [0.2126 * r! + 0.7152 * g! + 0.0722 * b!, rgb];
  };
  const behind = (one: Element): string => {
    for (let at: Element | null = one; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\)$|transparent/.test(colour)) return colour;
    }
    return 'Canvas';
  };
  const found = new Set<string>();
  for (const one of document.querySelectorAll(
    'h1, h2, p, li, td, th, dt, dd, summary, label, button, a, small, b, time, text',
  )) {
    if (!one.checkVisibility() || one.closest('.unseen, .skip') || !one.textContent?.trim()) continue;
    const style = getComputedStyle(one);
    const [ground, rgb] = light(behind(one));
    const [ink] = light(one.localName === 'text' ? style.fill : style.color, rgb);
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (contrast < 4.5) found.add(`${one.localName}.${one.getAttribute('class')}: ${contrast.toFixed(1)}`);
  }
  return [...found];
}

/** Numbers everything that acts, in the order of the document. Runs in the browser. @returns how many */
function numberControls(): number {
  const all = [
    ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, summary, [tabindex="0"]'),
  ];
  const shown = all.filter((one) => one.checkVisibility());
  for (const [i, one] of shown.entries()) one.dataset.order = String(i);
  return shown.length;
}

/** The number of what has the focus, and whether that can be seen. Runs in the browser. */
function focused(): string {
  const one = document.activeElement as HTMLElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { width, height } = one.getBoundingClientRect();
  const seen = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && width > 1 && height > 1;
  return `${one.dataset.order ?? one.localName} ${seen ? 'seen' : 'not seen'}`;
}
