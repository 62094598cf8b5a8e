import type { IForbiddenRuleType } from 'dependency-cruiser';
import { APART, AROUND, KNOWN_TO_FEW, ROOMS, type Room, TESTS } from './rooms.ts';

/** The lines of rooms.ts as rules of dependency-cruiser. */

const inFolder = (...paths: string[]) =>
  `^(${paths.map((path) => (path.endsWith('[.]ts') || path.endsWith('[.]mjs') ? `${path}$` : `${path}/`)).join('|')})`;
const inPackage = (names: string[]) =>
  `(^|/)node_modules/(${names.join('|')})/|^(${names.join('|')})$`.replaceAll('node:', '(node:)?');

/** What a room may import of ours. */
function ours({ room, reads, types = [], except = [] }: Room): IForbiddenRuleType[] {
  if (!reads) return [];
  const from = { path: inFolder(room), pathNot: [TESTS, ...except.map((path) => inFolder(path))] };
  return [
    {
      name: `${room} imports ${reads.length > 0 ? `only ${reads.join(', ')}` : 'nothing else of ours'}`,
      severity: 'error',
      from,
      to: { dependencyTypes: ['local'], pathNot: inFolder(room, ...reads, ...types) },
    },
    ...types.map(
      (other): IForbiddenRuleType => ({
        name: `${room} imports types alone of ${other}`,
        severity: 'error',
        from,
        to: { path: inFolder(other), dependencyTypesNot: ['type-only'] },
      }),
    ),
  ];
}

/** Which packages a room may import. */
function others({ room, packages, node }: Room): IForbiddenRuleType[] {
  if (!packages) return [];
  return [
    {
      name: `${room} imports ${[...packages, ...(node ? ['Node'] : [])].join(', ') || 'no'} packages alone`,
      severity: 'error',
      from: { path: inFolder(room), pathNot: TESTS },
      to: {
        dependencyTypesNot: ['local', ...(node ? (['core'] as const) : [])],
        ...(packages.length > 0 ? { pathNot: inPackage(packages) } : {}),
      },
    },
  ];
}

function apart(rooms: string[]): IForbiddenRuleType[] {
  return rooms.map((room) => ({
    name: `${room} is apart from the rooms beside it`,
    severity: 'error',
    from: { path: inFolder(room), pathNot: TESTS },
    to: { path: inFolder(...rooms.filter((other) => other !== room)) },
  }));
}

function knownToFew({ packages, room, few }: (typeof KNOWN_TO_FEW)[number]): IForbiddenRuleType {
  return {
    name: `${packages.at(-1)} is known to few files`,
    severity: 'error',
    from: { path: inFolder(room), pathNot: [TESTS, ...few.map((path) => `^${path}`)] },
    to: { path: inPackage(packages) },
  };
}

export const RULES: IForbiddenRuleType[] = [
  ...ROOMS.flatMap(ours),
  ...ROOMS.flatMap(others),
  ...APART.flatMap(apart),
  ...KNOWN_TO_FEW.map(knownToFew),
  {
    name: 'no circle',
    severity: 'error',
    from: { pathNot: TESTS },
    to: { circular: true, viaOnly: { pathNot: TESTS } },
  },
  {
    name: 'what serves tests stays with tests',
    severity: 'error',
    from: { pathNot: `${TESTS}|${AROUND}` },
    to: { path: TESTS },
  },
  {
    name: 'what is imported is there',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];
