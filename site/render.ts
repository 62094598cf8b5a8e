import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { nodesOf } from './views/node.ts';
import { CHART_STYLE } from './views/style.ts';

/** Draws charts in Node: a chart's options become an SVG element, the same for the same options. */

const SVG = 'http://www.w3.org/2000/svg';

export function drawn(options: PlotOptions): SVGSVGElement {
  const { document } = parseHTML('<!doctype html><html></html>');
  const svg = plot({ ...options, document }) as SVGSVGElement;
  // The page's policy allows no style inside of it; the page's own sheet says what Plot's would.
  for (const style of svg.querySelectorAll('style')) style.remove();
  svg.setAttribute('role', 'img');
  svg.setAttribute('class', 'chart');
  for (const node of [svg, ...svg.querySelectorAll('*')]) tidied(node);
  return svg;
}

const PLACED = /^(d|x|y|x1|x2|y1|y2|cx|cy|r|rx|width|height|transform|points)$/;

/** A tenth of a pixel is enough. And Plot describes each group of marks in technical words, which would be read aloud. */
function tidied(node: Element) {
  for (const { name, value } of [...node.attributes])
    if (PLACED.test(name))
      node.setAttribute(
        name,
        value.replace(/-?\d+\.\d+/g, (number) => String(Number(Number(number).toFixed(1)))),
      );
  if (node.localName !== 'svg') {
    node.removeAttribute('aria-label');
    node.removeAttribute('aria-hidden');
  }
}

/** A drawn chart as a file by itself. */
export function standalone(chart: SVGSVGElement): string {
  const svg = chart.cloneNode(true) as SVGSVGElement;
  svg.prepend(nodesOf(svg.ownerDocument)('style', {}, CHART_STYLE));
  return fileOf(svg);
}

/** One element a line: a new version of the file differs from the last one in few of them. */
export function fileOf(svg: SVGSVGElement): string {
  svg.setAttribute('xmlns', SVG);
  return `${svg.outerHTML.replaceAll('><', '>\n<')}\n`;
}
