import { z } from 'zod';
import type { Parsed } from '../../../core/parsed.ts';
import { type Pin, PLATFORMS } from './pin.ts';

/** What GitHub's API says of a release of its runner. */
const releaseSchema = z.object({
  tag_name: z.string().regex(/^v\d+\.\d+\.\d+$/, 'must be like v2.338.0'),
  draft: z.literal(false),
  prerelease: z.literal(false),
  body: z.string(),
  assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })),
});

/**
 * The pin of a release. Its digests stand in two places, that of each file and the notes: both must be there and say the same.
 * @param release as GitHub's API answers
 */
export function pinOf(release: unknown): Parsed<Pin> {
  const parsed = releaseSchema.safeParse(release);
  if (!parsed.success)
    return {
      ok: false,
      problems: parsed.error.issues.map((issue) => `The release: ${issue.path.join('.')} ${issue.message}`),
    };
  const { tag_name, body, assets } = parsed.data;
  const version = tag_name.slice(1);
  const found = PLATFORMS.map((platform) => {
    const file = `actions-runner-${platform}-${version}.tar.gz`;
    const ofFile = assets.find(({ name }) => name === file)?.digest ?? 'missing';
    const inNotes = new RegExp(`BEGIN SHA ${platform} -->\\s*([0-9a-f]{64})\\s*<!--`).exec(body)?.[1];
    return { platform, file, ofFile: ofFile.replace(/^sha256:/, ''), inNotes: inNotes ?? 'missing' };
  });
  const odd = found.filter(({ ofFile, inNotes }) => ofFile !== inNotes || ofFile === 'missing');
  if (odd.length > 0)
    return {
      ok: false,
      problems: odd.map(
        ({ file, ofFile, inNotes }) =>
          `${file}: its digest is ${ofFile}, and ${inNotes} in the notes. Look at the release by hand.`,
      ),
    };
  const sha256 = Object.fromEntries(found.map(({ platform, ofFile }) => [platform, ofFile])) as Pin['sha256'];
  return { ok: true, value: { version, sha256 } };
}

/** Whether a version is newer than another, both like 2.338.0. */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((one) => one.split('.').map(Number)) as [number[], number[]];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && a[at]! > b[at]!;
}
