import type { PlotOptions } from '@observablehq/plot';
import type { Size } from './size.ts';

export type Cell = string | number | null;

export interface Table {
  /** A number's digits after the point stand in its row already. */
  columns: string[];
  rows: Cell[][];
}

/** A line with the lines that belong to it. */
export interface Branch {
  name: string;
  words: string;
  under: Branch[];
}

/** A part of a chart that can be hidden. `page/style.css` hides each by its name, so that it goes without JavaScript. */
export interface Part {
  name: 'failed' | 'frontier' | 'tried';
  words: string;
}

/** A chart and all that is said beside it. */
export interface View {
  /** In addresses and names of files. */
  id: string;
  title: string;
  /** What somebody wants to know. */
  question: string;
  /** The answer in a sentence, from the data. */
  finding: string;
  /** How to read it. */
  reading: string;
  /** Null where there is too little to draw; `finding` says so. */
  plot: ((size: Size) => PlotOptions) | null;
  /** What a reader may leave out of the chart. */
  parts?: Part[];
  /** What is drawn, as numbers. */
  table: Table;
  /** What cannot be said in rows: a list of lists. */
  tree?: { name: string; root: Branch } | null;
}
