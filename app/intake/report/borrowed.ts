import { createHash } from 'node:crypto';
import { borrowedRunSchema } from '../../../core/formats/borrowing/record.ts';
import { WEIGHTS_FILE } from '../../../core/formats/handed-over.ts';
import { isVoid, type Report } from '../../../core/formats/report.ts';
import type { Actions, Artifact } from '../../github/port.ts';
import type { Finding } from '../../model/snapshot.ts';
import type { RunKey, RunMemory } from '../../model/state.ts';
import { ARCHIVE_ITSELF, keptUntil } from './handed-over.ts';
import { refuse } from './report.ts';
import { unpackFile } from './unpack.ts';

/** How a borrowed run ended. Its outcome is read once, so that nobody pays for a file that is not there or not the reported one. */

type Refused = Extract<Finding, { kind: 'refused' }>;

/** What GitHub says of the run. */
interface Around {
  key: RunKey;
  machine: string;
  lent: RunMemory['lent'];
  at: string;
  now: string;
}

/** What encryption takes beside what is encrypted. */
const ENCRYPTION_ITSELF = 2 ** 20;
/** Every file of age begins so. */
const AGE = 'age-encryption.org/v1\n';

export async function collectBorrowed(
  actions: Pick<Actions, 'download'>,
  report: Report,
  artifact: (Artifact & { digest: string }) | null,
  around: Around,
): Promise<Finding> {
  const { key, machine, lent, at, now } = around;
  const { outcome, job, borrowed } = report;
  if (isVoid(outcome)) return { kind: 'void', outcome, machine };
  if (!lent) return refused('machine', 'what is borrowed runs on lent machines alone');
  if ((outcome === 'borrowed') !== (artifact !== null))
    return refused(
      'outcome',
      artifact ? `the run was ${outcome}, and an outcome came` : 'the outcome did not come',
    );
  const found = borrowed && artifact ? await foundIn(actions, artifact, borrowed, job.weightsMiB) : null;
  if (found) return found;
  const ended = borrowedRunSchema.omit({ gross: true }).safeParse({
    ...{ ordinal: key.ordinal, seed: key.seed, runId: key.runId, machine, outcome },
    ...{ owner: lent.owner, ownerId: lent.ownerId, at: new Date(at).toISOString() },
    seconds: job.budgetSeconds,
    artifact: artifact &&
      borrowed && {
        ...{ repository: lent.repository, id: artifact.id, file: borrowed },
        archive: { sha256: artifact.digest.replace(/^sha256:/, ''), bytes: artifact.bytes },
        expiresAt: new Date(keptUntil(artifact, now)).toISOString(),
      },
  });
  if (ended.success) return { kind: 'borrowed', ended: ended.data };
  const [issue] = ended.error.issues;
  return refused('outcome', `${issue!.path.join('.')}: ${issue!.message}`);
}

/** Null where the file in the archive is the one that the report names. */
async function foundIn(
  actions: Pick<Actions, 'download'>,
  artifact: Artifact & { digest: string },
  { sha256, bytes }: NonNullable<Report['borrowed']>,
  mostMiB: number,
): Promise<Refused | null> {
  if (bytes > mostMiB * 2 ** 20 + ENCRYPTION_ITSELF || artifact.bytes > bytes + ARCHIVE_ITSELF)
    return refused(
      'size',
      `the outcome has ${bytes} bytes and its archive ${artifact.bytes}: at most ${mostMiB} MiB were ordered`,
    );
  const archive = await actions.download(artifact.id, artifact.bytes);
  if (`sha256:${digestOf(archive)}` !== artifact.digest)
    return refused('digest', `the download of the outcome is not the ${artifact.digest} that GitHub names`);
  let file: Uint8Array;
  try {
    file = unpackFile(archive, WEIGHTS_FILE, bytes);
  } catch (error) {
    return refused('archive', `the outcome cannot be unpacked: ${(error as Error).message}`);
  }
  const is = digestOf(file);
  if (is !== sha256) return refused('digest', `the outcome is ${is}, and the report names ${sha256}`);
  const isEncrypted = Buffer.from(file.subarray(0, AGE.length)).toString('latin1') === AGE;
  return isEncrypted ? null : refused('outcome', 'the outcome is not encrypted');
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function refused(check: string, why: string): Refused {
  const { ok: _, ...refusal } = refuse(check, why);
  return { kind: 'refused', ...refusal };
}
