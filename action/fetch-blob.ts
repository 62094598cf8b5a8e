import type { getOctokit } from '@actions/github';
import type { Job } from '../core/formats/job.ts';
import { gitBlob } from '../core/git-blob.ts';

const LIMIT_BYTES = 64 * 1024;

/** The file to measure is not the one in the job, or cannot be fetched. */
class BlobError extends Error {
  override name = 'BlobError';
}

/**
 * Fetches the stranger's file by the id of its content, and checks GitHub's answer by that id.
 * @throws BlobError
 */
export async function fetchBlob(octokit: ReturnType<typeof getOctokit>, job: Job): Promise<Uint8Array> {
  const [owner = '', repo = ''] = job.repository.split('/');
  const { data } = await octokit.rest.git
    .getBlob({ owner, repo, file_sha: job.blob })
    .catch((error: Error) => {
      throw new BlobError(`Blob ${job.blob} of ${job.repository} cannot be fetched: ${error.message}`, {
        cause: error,
      });
    });
  if (data.encoding !== 'base64')
    throw new BlobError(`Blob ${job.blob} came in the encoding ${data.encoding}, not base64.`);
  const content = Buffer.from(data.content, 'base64');
  if (content.length > LIMIT_BYTES)
    throw new BlobError(
      `Blob ${job.blob} has ${content.length} bytes; train.py may have at most ${LIMIT_BYTES}.`,
    );
  const actual = gitBlob(content);
  if (actual !== job.blob)
    throw new BlobError(`GitHub answered blob ${actual}, but the job names ${job.blob}.`);
  return content;
}
