import type { getOctokit } from '@actions/github';
import type { HandedOver } from '../core/formats/handed-over.ts';
import type { Job } from '../core/formats/job.ts';
import { save } from '../runner/save.ts';

/** GitHub has it no more, or nobody else may see it: it was taken away after it was handed over. */
const GONE = [404, 410];

/** What another machine handed over cannot be fetched here. Neither the experiment nor that machine is at fault. */
class ArchiveError extends Error {
  override name = 'ArchiveError';
}

/**
 * Downloads what another machine handed over to a file: no more bytes than the job says, and exactly those that GitHub stored.
 * @returns whether it is there
 * @throws ArchiveError
 */
export async function fetchArchive(
  octokit: ReturnType<typeof getOctokit>,
  job: Pick<Job, 'repository'>,
  { repository = job.repository, artifact, archive, runId }: HandedOver,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const [owner = '', repo = ''] = repository.split('/');
  const what = `Artifact ${artifact} of run ${runId} in ${repository}`;
  const body = await octokit
    .request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip', {
      ...{ owner, repo, artifact_id: artifact },
      request: { parseSuccessResponseBody: false, signal },
    })
    .then(({ data }) => streamOf(data))
    .catch((error: Error & { status?: number }) => {
      if (GONE.includes(error.status ?? 0)) return null;
      throw new ArchiveError(`${what} cannot be fetched: ${error.message}`, { cause: error });
    });
  if (body === null) return false;
  const { sha256, bytes } = await save(body, path, signal, archive.bytes);
  if (bytes > archive.bytes)
    throw new ArchiveError(`${what} is longer than the ${archive.bytes} bytes of the job.`);
  if (sha256 !== archive.sha256)
    throw new ArchiveError(`${what} came with sha256 ${sha256}, the job names ${archive.sha256}.`);
  return true;
}

function streamOf(data: unknown): ReadableStream<Uint8Array> {
  if (data instanceof ReadableStream) return data;
  throw new Error('GitHub answered without a body.');
}
