import { join } from 'node:path';
import { z } from 'zod';
import { dataFolder } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip } from '../finding.ts';

const metaSchema = z.object({
  version: z.union([z.string(), z.number()]),
  files: z.record(
    z.string().regex(/^[a-z_]+\.bin$/),
    z.object({ bytes: z.int().min(0), sha256: z.string() }),
  ),
});

/** Checks that the data set of the track is complete, by sizes only. The runner compares the digests when it measures. */
export const data: Check = {
  name: 'data',
  safety: false,
  needed: true,
  async look(host, { dataset, cache }) {
    const folder = dataFolder(cache, dataset);
    const remedy = `node setup/bootstrap.mjs --only python --data ${dataset}`;
    const text = await host.read(join(folder, 'meta.json'));
    if (text === null) return fail(`${dataset} is missing in ${join(cache, 'data')}`, remedy);
    const meta = metaSchema.safeParse(parse(text));
    if (!meta.success) {
      const issue = meta.error.issues[0];
      return fail(
        `${folder}/meta.json: ${issue?.path.join('.') || 'file'}: ${issue?.message}`,
        `rm -r ${folder} && ${remedy}`,
      );
    }
    for (const [name, { bytes }] of Object.entries(meta.data.files)) {
      const found = await host.stat(join(folder, name));
      if (found?.bytes !== bytes) {
        return fail(
          `${join(folder, name)} has ${found?.bytes ?? 'no'} bytes, not ${bytes}`,
          `rm -r ${folder} && ${remedy}`,
        );
      }
    }
    const names = Object.keys(meta.data.files);
    return names.length > 0
      ? ok(`${dataset} ${meta.data.version}, ${names.length} files`)
      : skip('it lists no file');
  },
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the schema says what it is not
  }
}
