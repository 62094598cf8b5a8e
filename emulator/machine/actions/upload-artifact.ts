import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { zipSync } from 'fflate';
import type { ForeignAction } from './played.ts';

/**
 * actions/upload-artifact, played: zips the named files and stores them with the run.
 * Does: `name`, `path` (files, one per line), `if-no-files-found`; outputs `artifact-digest`.
 * Leaves out: patterns, folders, `overwrite`, levels of compression but 0; `retention-days` is accepted and means nothing here.
 */
export const uploadArtifact: ForeignAction = {
  inputs: ['name', 'path', 'if-no-files-found', 'retention-days', 'compression-level'],
  async run({ inputs, order, workspace, server, log }): Promise<{ [output: string]: string }> {
    const name = inputs.name || 'artifact';
    if (/["<>|*?:\r\n\\/]/.test(name)) throw new Error(`upload-artifact: not an artifact's name: ${name}`);
    const files: { [name: string]: Uint8Array } = {};
    for (const line of (inputs.path ?? '').split('\n').map((l) => l.trim())) {
      if (!line) continue;
      const content = await readFile(resolve(workspace, line)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null;
        throw error;
      });
      if (content) files[basename(line)] = content;
    }
    if (Object.keys(files).length === 0) {
      const message = `No files were found with the provided path: ${inputs.path}`;
      if (inputs['if-no-files-found'] === 'error') throw new Error(message);
      log(message);
      return {};
    }
    const level = inputs['compression-level'] === '0' ? 0 : 6;
    const archive = Uint8Array.from(zipSync(files, { level }));
    await server.upload(order.runId, name, archive);
    log(`Artifact ${name} has been uploaded, ${archive.length} bytes`);
    return { 'artifact-digest': createHash('sha256').update(archive).digest('hex') };
  },
};
