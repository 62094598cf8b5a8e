import { niceStep } from '../../site/views/progress/axes.ts';
import type { Progress } from './measure.ts';
import type { Report } from './report.ts';

/** True progress by runs spent, a panel for each of four worlds: an SVG that is read in both colour schemes. */

const PANELS = ['default', 'real', 'small', 'plateau'];
const [WIDTH, HEIGHT, LEFT, TOP] = [420, 230, 64, 44];
const [ACROSS, DOWN] = [WIDTH - LEFT - 16, HEIGHT - TOP - 34];

const STYLE = `
text { font: 11px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #57606a }
.title { font-size: 14px; font-weight: 600; fill: #1f2328 }
.paper { fill: #ffffff; stroke: #d0d7de }
.axis { stroke: #d8dee4 }
path { fill: none; stroke-width: 2; stroke-linejoin: round }
.greedy { stroke: #bc4c00 } .alone { stroke: #8c959f } .frontier { stroke: #1a7f37 } .head { stroke: #1a7f37; stroke-dasharray: 4 4 }
@media (prefers-color-scheme: dark) {
  text { fill: #9198a1 } .title { fill: #f0f6fc } .paper { fill: #0d1117; stroke: #3d444d } .axis { stroke: #21262d }
  .greedy { stroke: #f0883e } .alone { stroke: #9198a1 } .frontier, .head { stroke: #3fb950 }
}`;

const LINES: { name: string; style: string; of: (world: Report['worlds'][string]) => number[] }[] = [
  { name: 'greedy', style: 'greedy', of: ({ greedy }) => greedy.curve.main },
  { name: 'each alone', style: 'alone', of: ({ alone }) => alone.curve.main },
  { name: 'main, by chains', style: 'frontier', of: ({ frontier }) => frontier.curve.main },
  { name: 'frontier', style: 'head', of: ({ frontier }: { frontier: Progress }) => frontier.curve.frontier },
];

export function plot(report: Report): string {
  const shown = PANELS.filter((name) => report.worlds[name] !== undefined);
  const rows = Math.ceil(shown.length / 2);
  const [width, height] = [2 * WIDTH, rows * HEIGHT + 30];
  const legend = LINES.map(
    ({ name, style }, i) =>
      `<path class="${style}" d="M${24 + 150 * i} ${height - 15}h26"/><text x="${56 + 150 * i}" y="${height - 11}">${name}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="True progress by runs spent">
<style>${STYLE}
</style>
<rect class="paper" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
${shown.map((name, i) => panel(name, report, WIDTH * (i % 2), HEIGHT * Math.floor(i / 2))).join('\n')}
${legend.join('\n')}
</svg>
`;
}

function panel(name: string, report: Report, x: number, y: number): string {
  const world = report.worlds[name]!;
  const most = Math.max(...LINES.flatMap(({ of }) => of(world)), 1e-6);
  const step = niceStep(most / 4);
  const at = (value: number) => Math.round(10 * (TOP + DOWN * (1 - Math.max(0, value) / (most * 1.05)))) / 10;
  const grid: string[] = [];
  for (let i = 0; i * step <= most; i++) {
    const label = (i * step).toFixed(Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
    grid.push(
      `<path class="axis" d="M${LEFT} ${at(i * step)}h${ACROSS}"/><text x="${LEFT - 6}" y="${at(i * step) + 4}" text-anchor="end">${label}</text>`,
    );
  }
  const lines = LINES.map(({ style, of }) => {
    const values = [0, ...of(world)];
    const points = values.map(
      (value, i) => `${Math.round(10 * (LEFT + (ACROSS * i) / (values.length - 1))) / 10} ${at(value)}`,
    );
    return `<path class="${style}" d="M${points.join('L')}"/>`;
  });
  return `<g transform="translate(${x} ${y})"><text class="title" x="${LEFT}" y="28">${name}</text>
${grid.join('')}
${lines.join('')}
<text x="${LEFT + ACROSS}" y="${HEIGHT - 14}" text-anchor="end">${report.runs} runs</text></g>`;
}
