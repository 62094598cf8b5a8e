import type { CDPSession, Page } from 'playwright-core';
import { appended, type Event, LINES } from '../../core/formats/events.ts';
import { buildSite } from '../../site/build.ts';
import { readSource } from '../../site/read.ts';
import { serveSite } from '../../site/serve.ts';
import { openBrowser } from '../../site/testing/browser.ts';
import { PublicGitHub } from '../../site/testing/github.ts';
import { historyOf } from '../../site/testing/history.ts';
import { makeRepository } from '../../site/testing/repository.ts';
import { VIEWS } from '../../site/views/views.ts';

/** What a site of so many experiments costs: the machine that builds it, and a phone that shows it. */

/** Slow 4G as Lighthouse has it: bytes a second, milliseconds; and a processor a quarter as fast. */
const NETWORK = {
  offline: false,
  downloadThroughput: 1_600_000 / 8,
  uploadThroughput: 750_000 / 8,
  latency: 150,
};
const SLOWER = 4;

export async function pageFigures(folder: string, experiments: number) {
  const history = historyOf(experiments);
  await makeRepository(folder, history);
  const github = new PublicGitHub();
  await github.open();
  for (const [number, { content }] of appended(null, history.events).entries())
    github.files.set(number, content);
  const begun = performance.now();
  const source = await readSource(folder, 'main');
  const { api, raw } = github;
  const site = buildSite(source, { repository: 'ada/descent', server: 'https://github.com', api, raw });
  const buildSeconds = seconds(performance.now() - begun);
  const served = await serveSite(site, 0);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, isMobile: true });
    await page.clock.install();
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    await network.send('Network.emulateNetworkConditions', NETWORK);
    await network.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
    const bytes = counted(network);
    await page.goto(served.url, { waitUntil: 'networkidle' });
    const [first, lcp] = [{ ...bytes }, await largestPaint(page)];
    await network.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    await network.send('Network.emulateNetworkConditions', {
      ...NETWORK,
      downloadThroughput: -1,
      latency: 0,
    });
    const liveUpdateKB = await liveUpdate(page, github, source.tail, bytes, history.events.at(-1)!);
    const { domNodes, heapMB } = await tour(page, network, served.url);
    return {
      firstViewKB: kilobytes(first.all),
      scriptKB: kilobytes(first.script),
      lcpSeconds: seconds(lcp),
      heapMB,
      domNodes,
      liveUpdateKB,
      buildSeconds,
    };
  } finally {
    await browser.close();
    await served.close();
    await github.close();
  }
}

/** Bytes that come over the network from now on, heads and compressed bodies; requests for news are in `all` as well. */
function counted(network: CDPSession) {
  const bytes = { all: 0, script: 0 };
  const scripts = new Set<string>();
  network.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength;
    if (scripts.has(requestId)) bytes.script += encodedDataLength;
  });
  return bytes;
}

/** Milliseconds from the request to the largest thing in view. */
function largestPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((done) =>
        new PerformanceObserver((list) => done(list.getEntries().at(-1)!.startTime)).observe({
          type: 'largest-contentful-paint',
          buffered: true,
        }),
      ),
  );
}

/** The dearest update: one line more in a file of events that is almost full. */
async function liveUpdate(
  page: Page,
  github: PublicGitHub,
  { file, lines }: { file: number; lines: number },
  bytes: { all: number },
  event: Event,
): Promise<number> {
  github.write(
    file,
    Array.from({ length: LINES - 1 - lines }, () => event),
  );
  const before = bytes.all;
  await page.clock.runFor(140_000);
  await page.waitForSelector('#fresh li');
  await page.waitForTimeout(500);
  return kilobytes(bytes.all - before);
}

/** All pages after each other, with every experiment on its canvas: the most nodes that one has, and the memory that scripts hold at most. */
async function tour(page: Page, network: CDPSession, url: string) {
  await network.send('HeapProfiler.enable');
  await network.send('Performance.enable');
  let [domNodes, heap] = [0, 0];
  for (const name of Object.keys(VIEWS)) {
    await page.goto(`${url}tracks/h100/${name}.html`, { waitUntil: 'networkidle' });
    const button = page.getByRole('button', { name: 'Show every experiment' });
    if (await button.isVisible()) {
      await button.click();
      await page.waitForSelector('canvas');
    }
    domNodes = Math.max(domNodes, await page.evaluate(() => document.querySelectorAll('*').length));
    await network.send('HeapProfiler.collectGarbage');
    const { metrics } = await network.send('Performance.getMetrics');
    heap = Math.max(heap, metrics.find((one) => one.name === 'JSHeapUsedSize')!.value);
  }
  return { domNodes, heapMB: Number((heap / 1e6).toFixed(1)) };
}

const kilobytes = (bytes: number) => Number((bytes / 1000).toFixed(1));
const seconds = (milliseconds: number) => Number((milliseconds / 1000).toFixed(2));
