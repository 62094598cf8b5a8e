import { readdirSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { IModule, IViolation } from 'dependency-cruiser';
import { LEFT_OUT } from './rooms.ts';
import { RULES } from './rules.ts';

/** Reads every import below a folder, the starts of child processes among them, and compares them with the rules. */

// dependency-cruiser reads TypeScript through the API of version 6, which version 7 no longer has: this package brings its own.
const { resolve } = createRequire(import.meta.url);
const OWN = new Map(
  ['typescript', 'typescript/package.json'].map((name) => [name, pathToFileURL(resolve(name)).href]),
);
registerHooks({
  resolve: (name, context, next) => {
    const url = OWN.get(name);
    return url ? { url, shortCircuit: true } : next(name, context);
  },
});

/** A program that is started as a child process is named by `require.resolve('./main.ts')`, and so counts as imported. */
export const STARTS = 'require.resolve';

export interface Cruise {
  modules: IModule[];
  violations: IViolation[];
}

/** @param root folder whose folders hold the sources */
export async function cruiseImports(root: string): Promise<Cruise> {
  const { cruise } = await import('dependency-cruiser');
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .map((entry) => entry.name);
  const { output } = await cruise(
    folders,
    {
      baseDir: root,
      validate: true,
      ruleSet: { forbidden: RULES },
      parser: 'tsc',
      tsPreCompilationDeps: true, // imports of types are imports
      exoticRequireStrings: [STARTS],
      doNotFollow: { path: 'node_modules' },
      exclude: { path: LEFT_OUT },
    },
    { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  );
  if (typeof output === 'string')
    throw new Error('dependency-cruiser gave a text where a result was expected');
  if (!output.modules.some(({ source }) => source.endsWith('.ts')))
    throw new Error('No TypeScript was read, so nothing was checked: npm install --no-save, then again.');
  return { modules: output.modules, violations: output.summary.violations };
}
