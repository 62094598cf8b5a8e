import { DAY_MS } from '../../../core/calendar.ts';
import type { Report } from '../../../core/formats/report.ts';
import type { Artifact } from '../../github/port.ts';
import type { RunFacts } from '../../model/state.ts';
import { type Judged, refuse } from './report.ts';

/** Another machine needs a while to get round to it. */
const LEAST_DAYS = 2;
/** Where GitHub does not say until when it keeps an artifact: as experiment.yml asks. */
const KEPT_DAYS = 7;
/** What an archive of a few files takes beside them, and compression at its worst. */
export const ARCHIVE_ITSELF = 2 ** 20;

/** What a run handed over, as another machine will get it; undefined where the dispatch asks for nothing, or nothing was scored. */
export function judgeScored(
  { job, outcome, digests, weightsBytes, claimsBytes, heldoutBpb }: Report,
  artifact: (Artifact & { digest: string }) | null,
  { runId, repository }: { runId: number; repository: string | null },
  { now, custody }: { now: string; custody: boolean },
): Judged<RunFacts['scored']> {
  if (job.handOver === undefined || outcome !== 'scored')
    return artifact === null
      ? { ok: true, value: undefined }
      : refuse('scored', 'weights were handed over although nothing was scored');
  // Else nothing would be found of an owner who invents losses and hands nothing over.
  if (artifact === null && custody)
    return refuse('scored', 'the weights and claims that the order asks for were not handed over');
  // The measurement stands, but it cannot be scored elsewhere: as where the artifact has expired, another run is asked for.
  if (artifact === null) return { ok: true, value: undefined };
  if (!digests.weights || !digests.claims || !weightsBytes || !claimsBytes)
    return refuse('scored', 'the report does not name the weights and claims that were handed over');
  const validation = 4 * job.validationTokens;
  // Held-out rows are as long as others, so that one of them is more than validation text can be.
  if (heldoutBpb !== null && claimsBytes <= validation)
    return refuse('scored', 'held-out text was scored, but its claims were not handed over');
  const most = { weights: job.weightsMiB * 2 ** 20, claims: (heldoutBpb === null ? 1 : 2) * validation };
  if (weightsBytes > most.weights || claimsBytes > most.claims)
    return refuse(
      'scored',
      `weights of ${weightsBytes} bytes and claims of ${claimsBytes} are more than the order allows: ${most.weights} and ${most.claims}`,
    );
  if (artifact.bytes > weightsBytes + claimsBytes + ARCHIVE_ITSELF)
    return refuse('scored', `the archive has ${artifact.bytes} bytes, more than weights and claims can have`);
  const untilThen = artifact.expired ? 0 : keptUntil(artifact, now);
  if (custody && untilThen < later(now, LEAST_DAYS))
    return refuse('scored', `what was handed over is kept for less than ${LEAST_DAYS} days`);
  return {
    ok: true,
    value: {
      ...(repository !== null && { repository }),
      runId,
      artifact: artifact.id,
      archive: { sha256: artifact.digest.replace(/^sha256:/, ''), bytes: artifact.bytes },
      weights: { sha256: digests.weights, bytes: weightsBytes },
      claims: { sha256: digests.claims, bytes: claimsBytes },
      ...(heldoutBpb !== null && { heldout: job.nonce }),
      expiresAt: new Date(untilThen).toISOString(),
    },
  };
}

/** Until when GitHub keeps an artifact. */
export function keptUntil({ expiresAt }: Artifact, now: string): number {
  return expiresAt === null ? later(now, KEPT_DAYS) : Date.parse(expiresAt);
}

function later(now: string, days: number): number {
  return Date.parse(now) + days * DAY_MS;
}
