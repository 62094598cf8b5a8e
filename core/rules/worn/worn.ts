import { studentQuantile } from '../acceptance/special-functions.ts';
import { leastSquares } from './least-squares.ts';

/**
 * Thousands of verdicts on one validation text wear it out: what is selected by it comes to fit it. The gap between held-out and
 * validation loss alone does not show that: two texts are not equally hard, and how unequal they are depends on how good the model is.
 * So it is asked how the gap *grows* from a file's base to the file, which takes away all that it has inherited, and whether it grows
 * more in files that were selected than in files that were measured, gained or lost as much, and were not.
 */

/**
 * What was measured, whatever came of it. Losses in bits per byte, means over the same runs: of a selected file those that certified
 * it, of another its fresh ones where it has any.
 */
export interface JudgedFile {
  valBpb: number;
  heldoutBpb: number;
  /** The file it was compared with, by its own runs. */
  base: { valBpb: number; heldoutBpb: number };
  selected: boolean;
}

export interface Worn {
  /** By how much the gap grows more than in other files of like gain: what each selection owes to fitting, bits per byte. */
  excess: number;
  /** 95 % interval. */
  low: number;
  high: number;
  /** Mean gain of the selected files on validation text. */
  gain: number;
  selected: number;
  others: number;
  /** Whether an excess is shown at `LEVEL`. */
  worn: boolean;
}

/** Fewer files of either kind say nothing. */
const FEWEST = 8;
/** Others teach how the gap grows with the loss, up to losses of so many mean gains of the selected files. Beyond that, the relation may not be a line. */
const REACH = 5;
/** One-sided. Where nothing is worn out it warns far more seldom still: what the base's runs err by is common to all its files. */
const LEVEL = 0.99;

/**
 * Least squares of the growth on the gain and on whether the file was selected; errors by HC3, since files were measured unequally
 * often (MacKinnon, White, Journal of Econometrics 29, 1985).
 * @returns null while there is too little to compare
 */
export function wornOf(files: readonly JudgedFile[]): Worn | null {
  const chosen = files.filter((file) => file.selected);
  if (chosen.length < FEWEST) return null;
  const gain = chosen.reduce((sum, file) => sum + gainOf(file), 0) / chosen.length;
  const others = files.filter((file) => !file.selected && Math.abs(gainOf(file)) <= REACH * gain);
  if (others.length < FEWEST) return null;
  const compared = [...chosen, ...others];
  const fitted = leastSquares(
    // A file that loses nothing and gains nothing has its base's gap: no constant.
    compared.map((file) => [Number(file.selected), gainOf(file) / gain]),
    compared.map(({ base, valBpb, heldoutBpb }) => heldoutBpb - valBpb - (base.heldoutBpb - base.valBpb)),
  );
  if (fitted === null) return null;
  const excess = fitted.coefficients[0]!;
  const error = Math.sqrt(fitted.covariance[0]![0]!);
  const degrees = compared.length - fitted.coefficients.length;
  const reach = studentQuantile(0.975, degrees) * error;
  return {
    excess,
    low: excess - reach,
    high: excess + reach,
    gain,
    selected: chosen.length,
    others: others.length,
    worn: excess > studentQuantile(LEVEL, degrees) * error,
  };
}

function gainOf({ base, valBpb }: JudgedFile): number {
  return base.valBpb - valBpb;
}
