import { createHash } from 'node:crypto';
import type { Report } from '../../../core/formats/report.ts';
import type { Port } from '../../github/port.ts';
import { type Judged, refuse } from './report.ts';

const HARNESS_PATH = 'train/harness.py';

/**
 * The harness that measured is the one of the commit that was checked out. Main's present one was read with the snapshot and is nearly always the same; else the
 * commit is looked at.
 * @param main text of main's present harness; null where that must not count
 */
export async function judgeHarness(
  port: Pick<Port, 'readFile'>,
  { digests }: Report,
  commit: string,
  main: string | null,
): Promise<Judged<string>> {
  const is = (text: string | null) => text !== null && sha256(text) === digests.harness;
  if (is(main) || is(await port.readFile(HARNESS_PATH, commit))) return { ok: true, value: digests.harness };
  return refuse(
    'harness',
    `the harness ${digests.harness} measured, and that is not ${HARNESS_PATH} of ${commit}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
