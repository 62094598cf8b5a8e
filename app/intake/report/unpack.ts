import { type UnzipFileInfo, unzipSync } from 'fflate';

/**
 * The text of the one file in an artifact. Sizes are bounded before anything is inflated: fflate writes at most the
 * size that the archive's directory declares.
 */
export function unpackReport(archive: Uint8Array, limitBytes: number): string {
  const seen: UnzipFileInfo[] = [];
  const files = unzipSync(archive, {
    filter: (file) => {
      seen.push(file);
      return seen.length === 1 && file.name === 'report.json' && file.originalSize <= limitBytes;
    },
  });
  const names = seen.slice(0, 5).map((file) => JSON.stringify(file.name.slice(0, 100)));
  if (seen.length !== 1 || seen[0]!.name !== 'report.json')
    throw new Error(`the archive must hold report.json alone, it holds ${names.join(', ') || 'nothing'}`);
  const bytes = files['report.json'];
  if (!bytes) throw new Error(`report.json has ${seen[0]!.originalSize} bytes: at most ${limitBytes}`);
  if (bytes.length !== seen[0]!.originalSize)
    throw new Error('report.json is not as long as the archive says');
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
