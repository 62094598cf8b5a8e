import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { summary } from '@actions/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { emptied, type Report } from '../core/formats/report.ts';
import { jobOf } from '../testing/examples/job.ts';
import { reportOf } from '../testing/examples/report.ts';
import { inertHtml, lossChart, writeSummary } from './summary.ts';

const report = reportOf(jobOf({ probes: 8 }), {
  valBpb: 3.25,
  curve: Array.from({ length: 150 }, (_, i) => ({ step: i, seconds: i / 20, loss: 6 - i / 50 })),
  hardware: { device: 'AMD EPYC', cores: 2, memoryMiB: 8192, driver: null },
});
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'summary-'));
  process.env.GITHUB_STEP_SUMMARY = join(folder, 'summary.md');
  await writeFile(process.env.GITHUB_STEP_SUMMARY, '');
});
afterAll(async () => {
  delete process.env.GITHUB_STEP_SUMMARY;
  await rm(folder, { recursive: true });
});

async function page(of: Report): Promise<string> {
  await writeSummary(summary.emptyBuffer(), of).write({ overwrite: true });
  return readFile(join(folder, 'summary.md'), 'utf8');
}

test('the owner sees the loss first, then the curve and the facts', async () => {
  const text = await page(report);
  expect(text).toMatch(/^<h2>val_bpb 3.250000<\/h2>/);
  expect(text).toContain('```mermaid\nxychart-beta\n  x-axis "seconds" 0.0 --> 7.5\n');
  expect(text).toContain('<code>8, worst 0.0001 nats');
  expect(text).toContain('AMD EPYC');
  expect(text).not.toContain('The end of its output');
});

test('the owner sees what disturbed a run, and what the machine does not say', async () => {
  const seen = {
    ...{ samples: 20, slowedShare: 0.25, powerWatts: { least: 300, most: 450 }, othersUse: null },
    ...{ othersSamples: null, othersPrograms: null, othersMemoryMiB: null, othersProcessors: null },
  };
  const text = await page({
    ...emptied({
      ...report,
      outcome: 'disturbed',
      reason: { code: 'device-slowed', share: 0.25, limit: 0.1 },
    }),
    hardware: { ...report.hardware, seen },
  });
  expect(text).toMatch(/^<h2>disturbed<\/h2>/);
  expect(text).toContain('slowed the device in 25');
  expect(text).toContain('power limit 300 to 450 W&#59; 20 looks');
  expect(text).not.toContain('programs of others');
});

test('a crash shows the end of its output, and nothing in it is obeyed', async () => {
  const log =
    'Traceback\n</pre><img src=x onerror=alert(1)> @everyone fixes #1\n\n# heading [a](http://b) ![c](d)\n\u001b[31mred\u202eeltit';
  const text = await page({
    ...report,
    outcome: 'crashed',
    valBpb: null,
    reason: { code: 'training-exception', status: 1 },
    log,
  });
  expect(text).toMatch(/^<h2>crashed<\/h2>/);
  expect(text.match(/<\/pre>/g)).toHaveLength(2);
  expect(text).not.toMatch(/<img|<b>|@everyone|#1\b(?!\d*;)|\]\(|\u001b|\u202e/);
  expect(text).toContain('Traceback');
});

test('a curve that is too short or diverged is left out', () => {
  expect(lossChart(report.curve.slice(0, 1))).toBeNull();
  expect(lossChart([...report.curve, { step: 151, seconds: 8, loss: 1e12 }])).toBeNull();
  expect(lossChart(report.curve.map((point) => ({ ...point, loss: 1 })))).toBeNull();
});

test('text keeps its letters and loses its meaning', () => {
  expect(inertHtml('naïve 1e-3, ok')).toBe('naïve 1e-3, ok');
  expect(inertHtml('<a href="x">')).toBe('&#60;a href&#61;&#34;x&#34;&#62;');
});
