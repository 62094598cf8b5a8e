import { type UnzipFileInfo, unzipSync } from 'fflate';

/**
 * The one file in an artifact. Sizes are bounded before anything is inflated: fflate writes at most the
 * size that the archive's directory declares.
 */
export function unpackFile(archive: Uint8Array, name: string, limitBytes: number): Uint8Array {
  const seen: UnzipFileInfo[] = [];
  const files = unzipSync(archive, {
    filter: (file) => {
      seen.push(file);
      return seen.length === 1 && file.name === name && file.originalSize <= limitBytes;
    },
  });
  const names = seen.slice(0, 5).map((file) => JSON.stringify(file.name.slice(0, 100)));
  if (seen.length !== 1 || seen[0]!.name !== name)
    throw new Error(`the archive must hold ${name} alone, it holds ${names.join(', ') || 'nothing'}`);
  const bytes = files[name];
  if (!bytes) throw new Error(`${name} has ${seen[0]!.originalSize} bytes: at most ${limitBytes}`);
  if (bytes.length !== seen[0]!.originalSize) throw new Error(`${name} is not as long as the archive says`);
  return bytes;
}

/** The text of the report. */
export function unpackReport(archive: Uint8Array, limitBytes: number): string {
  const bytes = unpackFile(archive, 'report.json', limitBytes);
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}
