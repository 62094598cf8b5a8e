import { createHash } from 'node:crypto';
import type { Report } from '../../../core/formats/report.ts';
import type { Port, WorkflowRun } from '../../github/port.ts';
import { type Judged, refuse } from './report.ts';

const HARNESS_PATH = 'train/harness.py';

/**
 * The harness that measured is the one of the run's own commit. Main's present one was read with the snapshot and is nearly always the same; else the
 * commit is looked at.
 * @param main text of main's present harness
 */
export async function judgeHarness(
  port: Pick<Port, 'readFile'>,
  { digests }: Report,
  { headSha }: WorkflowRun,
  main: string | null,
): Promise<Judged<string>> {
  const is = (text: string | null) => text !== null && sha256(text) === digests.harness;
  if (is(main) || is(await port.readFile(HARNESS_PATH, headSha))) return { ok: true, value: digests.harness };
  return refuse(
    'harness',
    `the harness ${digests.harness} measured, and that is not ${HARNESS_PATH} of ${headSha}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
