/**
 * Who may import whom. A new folder is a new line here; `npm run lint` checks the lines and `npm run picture` draws what is.
 * Paths are regular expressions from the repository's root. Folders without a line (bench, demo, accept) may import everything.
 */

export interface Room {
  /** A folder; every line that fits a file counts. */
  room: string;
  /** What it may import of ours beside itself. Left out: everything that another line does not forbid. */
  reads?: string[];
  /** The only packages it may import. Left out: any package, and Node's own modules. */
  packages?: string[];
  /** Whether a room with `packages` may import Node's own modules too. */
  node?: true;
  /** Files that the line is not about, with the reason beside them. */
  except?: string[];
}

const PATHS = 'setup/paths[.]mjs';
const RECORDS = ['runner/contract', 'results'];

export const ROOMS: Room[] = [
  { room: 'core', reads: [], packages: ['zod'] },
  { room: 'runner/contract', reads: [], packages: ['zod'] },
  { room: 'results', reads: ['runner/contract'], packages: ['zod'] },
  { room: 'app/model', reads: RECORDS, packages: ['zod'] },
  { room: 'app/decide', reads: ['core', 'app/model', ...RECORDS], packages: [] },
  {
    room: 'app',
    reads: ['core', 'runner', 'results', 'setup'],
    except: ['app/memory/ask[.]ts'], // it starts the agents' command line, until the memory is a library of its own
  },
  { room: 'app/memory', reads: ['app', 'core', 'runner', 'results', 'setup', 'agent/main[.]ts'] },
  { room: 'runner', reads: ['core', PATHS] },
  { room: 'action', reads: ['core', 'runner', PATHS] },
  { room: 'agent', reads: ['core', 'app/(decide|intake|model)', 'runner', 'results', 'setup'] },
  { room: 'operate', reads: ['core', 'app', 'runner', 'results', 'setup'] },
  { room: 'emulator', reads: [] },
  { room: 'imports', reads: [] },
  { room: 'setup', reads: [], packages: [], node: true },
];

/** Rooms side by side: none of a line imports another of it. */
export const APART: string[][] = [['app/intake', 'app/decide', 'app/effects']];

/** Packages that few files know, so that the rest does not depend on them. */
export const KNOWN_TO_FEW = [
  {
    packages: ['@octokit/[^/]+', 'octokit', 'probot'],
    room: 'app',
    few: ['app/github/', 'app/(bot|sweep|index|installations|server|webhook-route)[.]ts'],
  },
];

/** Tests, and what serves tests alone. They may import anything, and no product code imports them. */
export const TESTS = '[.]test[.]ts$|/(testing|fixtures|stories)/';

/** Folders that are no product: they measure it, show it, or try its documents. */
export const AROUND = '^(bench|demo|accept)/';

/** What the check leaves out: made by a command, or not ours. */
export const LEFT_OUT = '^action/dist/|[.]py$';
