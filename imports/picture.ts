import type { Cruise } from './cruise.ts';
import { TESTS } from './rooms.ts';

/** The arrows between rooms, as Mermaid that GitHub draws. */

/** Top-level folders; app and emulator are big enough to show their own. */
function roomOf(path: string): string {
  const [folder = '', inner] = path.split('/');
  if (folder === 'app' && inner) return /[.]\w+$/.test(inner) ? 'app' : `app/${inner}`;
  return folder;
}

export function picture({ modules }: Cruise): string {
  const arrows = new Map<string, 'imports' | 'starts'>();
  for (const { source, dependencies } of modules) {
    if (new RegExp(TESTS).test(source)) continue;
    for (const { resolved, dependencyTypes, exoticallyRequired } of dependencies) {
      const [from, to] = [roomOf(source), roomOf(resolved)];
      if (!dependencyTypes.includes('local') || from === to || new RegExp(TESTS).test(resolved)) continue;
      const arrow = `${from} ${to}`;
      if (!exoticallyRequired) arrows.set(arrow, 'imports');
      else if (!arrows.has(arrow)) arrows.set(arrow, 'starts');
    }
  }
  const id = (room: string) => room.replaceAll('/', '_');
  const rooms = [...new Set([...arrows.keys()].flatMap((arrow) => arrow.split(' ')))].sort();
  const inside = rooms.filter((room) => room === 'app' || room.startsWith('app/'));
  const box = (room: string) => `  ${id(room)}["${room === 'app' ? 'app/*.ts' : room}"]`;
  const lines = [
    'flowchart TD',
    ...rooms.filter((room) => !inside.includes(room)).map(box),
    '  subgraph bot["app"]',
    ...inside.map((room) => `  ${box(room)}`),
    '  end',
    ...[...arrows]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([arrow, kind]) => {
        const [from = '', to = ''] = arrow.split(' ').map(id);
        return `  ${from} ${kind === 'starts' ? '-. starts .->' : '-->'} ${to}`;
      }),
  ];
  return lines.join('\n');
}

/** The page that holds the picture. */
export function page(cruise: Cruise): string {
  return `# Who imports whom

\`npm run picture\` makes this page from the sources. \`npm run lint\` reports when it is out of date. It leaves out tests.
A dotted arrow is a program that is started as a child process. [imports/rooms.ts](../imports/rooms.ts) lists the arrows
that are allowed, one line per room.

\`\`\`mermaid
${picture(cruise)}
\`\`\`
`;
}
