import { expect, test } from 'vitest';
import { PLATFORMS, pinSchema } from './pin.ts';
import { isNewer, pinOf } from './release.ts';

const digest = (platform: string) => Buffer.from(platform.padEnd(32, '.')).toString('hex');

/** As GitHub writes it, other platforms included. */
function release(
  change: { notes?: (line: string) => string; asset?: (digest: string) => string | null } = {},
) {
  const all = [...PLATFORMS, 'linux-arm', 'win-x64'];
  const { notes = (line: string) => line, asset = (text: string) => text } = change;
  const file = (platform: string) => `actions-runner-${platform}-2.400.0.tar.gz`;
  return {
    tag_name: 'v2.400.0',
    draft: false,
    prerelease: false,
    body: all
      .map((one) => notes(`- ${file(one)} <!-- BEGIN SHA ${one} -->${digest(one)}<!-- END SHA ${one} -->`))
      .join('\r\n'),
    assets: all.map((one) => ({ name: file(one), digest: asset(`sha256:${digest(one)}`) })),
  };
}

test('the pin of a release names each platform by the digest that stands in both places', () => {
  const pin = pinOf(release());
  expect(pin).toEqual({
    ok: true,
    value: { version: '2.400.0', sha256: Object.fromEntries(PLATFORMS.map((one) => [one, digest(one)])) },
  });
  if (pin.ok) expect(pinSchema.safeParse(pin.value).success).toBe(true);
});

test.each([
  ['notes that say another digest', release({ notes: (line) => line.replace(/-->../, '-->00') })],
  ['files without digests', release({ asset: () => null })],
  ['notes without digests', release({ notes: () => '' })],
  ['a release that is not out', { ...release(), prerelease: true }],
  ['a name that is none', { ...release(), tag_name: 'v2.400.0-rc; rm' }],
  ['another answer', { message: 'Not Found' }],
])('%s are not pinned', (_, answer) => {
  expect(pinOf(answer).ok).toBe(false);
});

test('versions are compared by number', () => {
  expect(isNewer('2.1000.0', '2.338.9')).toBe(true);
  expect(isNewer('3.0.0', '2.999.9')).toBe(true);
  for (const older of ['2.338.0', '2.337.9', '1.999.0']) expect(isNewer(older, '2.338.0')).toBe(false);
});
