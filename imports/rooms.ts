/**
 * Who may import whom. A new folder needs a new line here. `npm run lint` checks the rules, and `npm run picture` draws the imports.
 * Paths are regular expressions from the repository's root. Folders without a line (bench, demo, accept) may import everything.
 */

export interface Room {
  /** A folder; every line that fits a file counts. */
  room: string;
  /** What else of ours it may import. Left out: everything that no other line forbids. */
  reads?: string[];
  /** The only packages it may import, `node:` for Node's own modules. Left out: any. */
  packages?: string[];
  /** Whether a room with `packages` may import all of Node's own modules too. */
  node?: true;
  /** What it may import for its types alone. */
  types?: string[];
  /** Files that the line does not apply to, each with the reason. */
  except?: string[];
}

const PATHS = 'setup/paths[.]mjs';
const PARSERS = [
  'zod',
  '@scure/base',
  'yaml',
  'diff',
  'markdown-it',
  'node-diff3',
  '@lezer/python',
  'node:crypto',
];

export const ROOMS: Room[] = [
  { room: 'core', reads: [], packages: PARSERS },
  { room: 'memory', reads: ['core', 'setup', 'site/views/progress'] }, // the plot of the README is the page's
  { room: 'memory/clone', reads: ['core', 'setup'] },
  { room: 'memory/index', reads: ['core', 'setup', 'memory/clone'] },
  { room: 'cli', reads: ['core', 'memory', 'runner', 'lend', 'setup'] },
  { room: 'app/model', reads: ['core'], packages: ['zod'] },
  { room: 'app/say', reads: ['core', 'app/model'], types: ['app/decide'], packages: [] },
  { room: 'app/decide', reads: ['core', 'app/model', 'app/say'], packages: [] },
  // Below the steps, the lowest first.
  { room: 'app/decide/state', reads: ['core', 'app/model', 'app/say'] },
  { room: 'app/decide/rules', reads: ['core', 'app/model', 'app/say', 'app/decide/state'] },
  { room: 'app/decide/results', reads: ['core', 'app/model', 'app/say', 'app/decide/(rules|state)'] },
  {
    room: 'app/decide/answer',
    reads: ['core', 'app/model', 'app/say', 'app/decide/(results|rules|state)'],
  },
  { room: 'app/lend', reads: ['core', 'app/(github|intake|model|say)'], packages: [] },
  {
    room: 'app',
    reads: ['core', 'runner', 'setup'],
    except: ['app/memory/ask[.]ts'], // the only file that knows the memory, which it starts as a child process
  },
  { room: 'app/memory', reads: ['app', 'core', 'runner', 'setup', 'memory'] },
  { room: 'runner', reads: ['core', PATHS] },
  { room: 'runner/sandbox', reads: ['core', PATHS, 'runner/folder[.]ts'] },
  { room: 'runner/train', reads: ['core', PATHS, 'runner/[^/]+[.]ts', 'runner/sandbox'] },
  { room: 'runner/score', reads: ['core', PATHS, 'runner/[^/]+[.]ts', 'runner/sandbox'] },
  { room: 'site', reads: ['core', 'memory', 'setup'] },
  // What a chart shows, and how: pure, since the same is drawn in Node and in a browser.
  {
    room: 'site/views',
    reads: ['core', 'site/(summary|statistics)', 'site/render[.]ts'],
    packages: ['@observablehq/plot'],
  },
  // What runs in a browser: no package of Node's, no zod.
  {
    room: 'site/live',
    reads: ['core/text', 'site/page/(html|link|place|timeline)[.]ts', 'site/summary/now[.]ts'],
    types: ['core/formats/(events|now)[.]ts', 'site/columns[.]ts'],
    packages: ['preact'],
  },
  { room: 'site/summary', reads: ['core', 'memory/topics[.]ts'], packages: [] },
  { room: 'site/statistics', reads: ['core/rules'], packages: [] },
  { room: 'action', reads: ['core', 'runner', PATHS] },
  { room: 'lend', reads: ['core', 'runner', 'setup'] },
  { room: 'emulator', reads: [] },
  { room: 'imports', reads: [] },
  { room: 'setup', reads: [], packages: [], node: true },
];

/** Rooms side by side: those of one line do not import each other. */
export const APART: string[][] = [
  ['app/intake', 'app/decide', 'app/effects'],
  ['measure', 'rescore', 'conclude', 'certify', 'audits', 'commands', 'borrow'].map(
    (step) => `app/decide/${step}`,
  ), // plan.ts names them in order
];

/** Packages that only a few files may import. */
export const KNOWN_TO_FEW = [
  {
    packages: ['@octokit/[^/]+', 'octokit', 'probot'],
    room: 'app',
    few: ['app/(github|sweep|serve|create-app|register-machine)/', 'app/flow/bot[.]ts'],
  },
];

/** Tests, and what serves tests alone. They may import anything, and no product code imports them. */
export const TESTS = '[.]test[.]ts$|(^|/)(testing|fixtures|stories)/';

/** Folders that are not part of the product: they measure it, show it, or try its documents. */
export const AROUND = '^(bench|demo|accept)/';

/** What the check leaves out: generated files, and other languages. */
export const LEFT_OUT = '^action/dist/|[.]py$';
