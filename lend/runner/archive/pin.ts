import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandError } from '../../../core/errors.ts';
import { parseStrictJson } from '../../../core/formats/strict-json.ts';

/** Which archive of GitHub's runner this machine runs: the one that `pin.json` names by sha256, or one that the owner names. */

export const PLATFORMS = ['linux-arm64', 'linux-x64', 'osx-arm64', 'osx-x64'] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

export const pinSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/, 'must be like 2.338.0'),
  sha256: z.record(z.enum(PLATFORMS), sha256),
});
export type Pin = z.infer<typeof pinSchema>;

export interface Archive {
  version: string;
  url: string;
  sha256: string;
}

/** Names another archive, for GitHub Enterprise and for tests. */
export const ARCHIVE = 'DESCENT_RUNNER_ARCHIVE';
export const ARCHIVE_SHA256 = 'DESCENT_RUNNER_SHA256';

export const PIN_FILE = join(import.meta.dirname, 'pin.json');

export function readPin(text = readFileSync(PIN_FILE, 'utf8')): Pin {
  return pinSchema.parse(parseStrictJson(text));
}

/** @throws CommandError where no archive fits this machine, or the owner's own is not named in full */
export function chooseArchive(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): Archive {
  if (env[ARCHIVE] || env[ARCHIVE_SHA256]) return named(env[ARCHIVE] ?? '', env[ARCHIVE_SHA256] ?? '');
  const pin = readPin();
  const name = `${platform === 'darwin' ? 'osx' : platform}-${arch}`;
  const found = PLATFORMS.find((one) => one === name);
  if (!found)
    throw new CommandError(
      `GitHub's runner is not pinned for this machine (${name})`,
      `Lend a machine of one of these kinds: ${PLATFORMS.join(', ')}; or name an archive: ${ARCHIVE} and ${ARCHIVE_SHA256}.`,
    );
  const { version } = pin;
  const file = `actions-runner-${found}-${version}.tar.gz`;
  return {
    version,
    url: `https://github.com/actions/runner/releases/download/v${version}/${file}`,
    sha256: pin.sha256[found],
  };
}

function named(url: string, digest: string): Archive {
  const at = URL.parse(url);
  const isOurs = at?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(at.hostname);
  if (!at || (at.protocol !== 'https:' && !isOurs))
    throw new CommandError(
      `${ARCHIVE} is ${JSON.stringify(url)}, which is no https address`,
      `Set it to the address of a runner's .tar.gz, or unset both it and ${ARCHIVE_SHA256}.`,
    );
  const checked = sha256.safeParse(digest);
  if (!checked.success)
    throw new CommandError(
      `${ARCHIVE_SHA256} is ${JSON.stringify(digest)}: it must be 64 lower-case hex digits`,
      `Set it to the archive's sha256 (sha256sum FILE), or unset both it and ${ARCHIVE}.`,
    );
  return { version: /\d+\.\d+\.\d+/.exec(at.pathname)?.[0] ?? 'unknown', url, sha256: digest };
}
