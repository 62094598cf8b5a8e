import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Ask } from './town.ts';

/** Which operations of GitHub's OpenAPI description have a handler here: each is asked once, of things that are not there. */

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

export interface Operations {
  described: number;
  answered: string[];
  /** Of each group of operations, by the first word of its path: how many are described, and how many answered. */
  groups: { [group: string]: { described: number; answered: number } };
}

export async function askOperations(ask: Ask): Promise<Operations> {
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const { paths } = JSON.parse(readFileSync(file, 'utf8')) as { paths: { [path: string]: object } };
  const found: Operations = { described: 0, answered: [], groups: {} };
  for (const [path, operations] of Object.entries(paths))
    for (const method of Object.keys(operations).filter((key) => METHODS.includes(key))) {
      const group = path.split('/')[1] || '/';
      found.groups[group] ??= { described: 0, answered: 0 };
      const place = path.replaceAll(/\{[^}]+\}/g, '999999');
      const { text } = await ask(
        method.toUpperCase(),
        place,
        ['get', 'delete'].includes(method) ? undefined : {},
      );
      found.described++;
      found.groups[group].described++;
      if (text.includes('The emulator does not play')) continue;
      found.groups[group].answered++;
      found.answered.push(`${method.toUpperCase()} ${path}`);
    }
  return found;
}
