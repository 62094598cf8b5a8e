import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { stringify } from 'yaml';
import { z } from 'zod';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError, messageOf } from '../../core/errors.ts';
import { sayReason } from '../../core/formats/reason.ts';
import { type Report, reportSchema } from '../../core/formats/report.ts';
import { gitBlob } from '../../core/git-blob.ts';
import { TRAIN_PATH } from '../../core/rules/eligibility.ts';
import { clean } from '../../core/text/harmless/github.ts';
import { basesHere } from '../../memory/best.ts';
import { nearest } from '../../memory/likeness/similarity.ts';
import type { Memory } from '../../memory/memory.ts';
import { SELF_REPORTED } from '../../memory/published.ts';
import { verb } from '../verb.ts';

const reportOutcome = z.enum(['scored', 'crashed', 'timeout', 'out-of-memory', 'diverged', 'invalid']);
const DIFF_LIMIT = 30_000;

export const publish = verb({
  name: 'publish',
  summary:
    'report what you measured yourself, above all a failure: search shows it as self-reported, and it never becomes a result',
  examples: [
    'run --json > report.json',
    'publish report.json --hypothesis "Wider heads." --change "HEAD_DIM 64"',
  ],
  writes: 'adds',
  input: z.strictObject({
    report: z.string().describe(`the report of \`${DESCENT} run --json\``),
    hypothesis: z.string().min(10).max(4000).describe('what you expected, and why'),
    change: z.string().min(1).max(1000).optional(),
    title: z.string().min(1).max(120).optional(),
    file: z
      .string()
      .optional()
      .describe(
        `the file that was measured (default ${TRAIN_PATH}); its diff is shown if the file has not changed since`,
      ),
  }),
  positional: ['report'],
  output: z.strictObject({
    number: z.int(),
    url: z.string(),
    outcome: reportOutcome,
    valBpb: z.number().nullable(),
  }),
  async run({ reads, github: connect, memory: open }, input) {
    const report = await readReport(await reads(input.report));
    const { outcome } = report;
    if (outcome === 'preempted' || outcome === 'disturbed' || outcome === 'borrowed')
      throw new Error(`The run was ${outcome}, so its report says nothing of the file. Run it again.`);
    const github = await connect('write');
    using memory = await open();
    const file =
      input.file === undefined ? join(memory.repository.folder, TRAIN_PATH) : await reads(input.file);
    const diff = await diffOf(memory, file, report);
    const title = input.title ?? (input.change ?? input.hypothesis).slice(0, 100);
    const body = `${fenced('yaml', blockOf(report, input))}${diff === null ? '' : fenced('diff', diff)}`;
    const { data } = await github.rest.issues.create({
      ...github.home,
      title: `${SELF_REPORTED}${title}`,
      body,
    });
    return { number: data.number, url: data.html_url, outcome, valBpb: report.valBpb };
  },
  render({ number, url, outcome }) {
    return `Published as #${number} (${outcome}, self-reported): ${url}\n`;
  },
});

/** The keys are those of `publishedSchema`. */
function blockOf(report: Report, input: { hypothesis: string; change?: string | undefined }): string {
  const block = {
    'self-reported': 1,
    hypothesis: input.hypothesis,
    change: input.change ?? null,
    track: report.job.track,
    outcome: report.outcome,
    reason: report.reason && sayReason(report.reason),
    'val-bpb': report.valBpb,
    'budget-seconds': report.job.budgetSeconds,
    device: report.hardware.device,
    blob: report.job.blob,
  };
  return stringify(block, { lineWidth: 0 }).trim();
}

/** Backticks at the start of a line would end the block early. */
function fenced(language: string, text: string): string {
  return `\`\`\`${language}\n${clean(text, 60_000).replace(/^```/gm, ' ```')}\n\`\`\`\n`;
}

async function diffOf(memory: Memory, path: string, report: Report): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null || gitBlob(text) !== report.job.blob) return null;
  const { base } = nearest(await basesHere(memory), text);
  return createTwoFilesPatch(TRAIN_PATH, TRAIN_PATH, base, text).slice(0, DIFF_LIMIT);
}

async function readReport(path: string): Promise<Report> {
  try {
    return reportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    const what = cause instanceof z.ZodError ? z.prettifyError(cause) : messageOf(cause);
    throw new CommandError(
      `${path} is no report: ${what}`,
      `Write one with \`${DESCENT} run --json > report.json\`.`,
      {
        cause,
      },
    );
  }
}
