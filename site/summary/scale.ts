import type { Summary } from './summary.ts';

/** In what differences are counted: the spread of one run, so that a reader sees at once what is noise. */
export interface Scale {
  /** Bits per byte. */
  unit: number;
  name: string;
}

export function scaleOf({ record }: Summary): Scale {
  return record.sigma === null
    ? { unit: 0.001, name: 'thousandths of a bit per byte' }
    : { unit: record.sigma, name: 'sigma' };
}
