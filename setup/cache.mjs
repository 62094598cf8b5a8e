// The cache folder, made before anything is put there.
import { mkdirSync } from 'node:fs';
import { cacheFolder } from './paths.mjs';
import { SetupError } from './step.mjs';

export function makeCache(folder = cacheFolder()) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new SetupError(
      `The cache folder ${folder} cannot be made: ${/** @type {Error} */ (error).message}.`,
      'Name one that can be written: export DESCENT_CACHE=/some/folder',
    );
  }
}
