/** Ordinary least squares with errors that hold whatever the variance of each row is. */

export interface Fit {
  coefficients: number[];
  /** By HC3: squared residuals, each divided by (1 - leverage)^2, in the middle of the sandwich. */
  covariance: number[][];
}

/** @returns null where the columns do not determine the coefficients */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): Fit | null {
  const columns = rows[0]?.length ?? 0;
  const bread = inverse(products(rows, () => 1, columns));
  if (bread === null) return null;
  const right = Array.from({ length: columns }, (_, i) =>
    rows.reduce((sum, row, n) => sum + row[i]! * values[n]!, 0),
  );
  const coefficients = bread.map((row) => dot(row, right));
  const filling = products(
    rows,
    (row, n) => {
      const leverage = dot(
        row,
        bread.map((line) => dot(line, row)),
      );
      return ((values[n]! - dot(row, coefficients)) / Math.max(1 - leverage, 1e-9)) ** 2;
    },
    columns,
  );
  return { coefficients, covariance: multiply(multiply(bread, filling), bread) };
}

/** Sum over rows of weight * row * row'. */
function products(
  rows: readonly (readonly number[])[],
  weight: (row: readonly number[], n: number) => number,
  columns: number,
): number[][] {
  const sums = Array.from({ length: columns }, () => new Array<number>(columns).fill(0));
  for (const [n, row] of rows.entries()) {
    const by = weight(row, n);
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++) sums[i]![j] = sums[i]![j]! + by * row[i]! * row[j]!;
  }
  return sums;
}

/** By Gauss-Jordan elimination with partial pivots; the matrices here have four rows. */
function inverse(matrix: readonly (readonly number[])[]): number[][] | null {
  const size = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => Number(i === j))]);
  for (let at = 0; at < size; at++) {
    let pivot = at;
    for (let i = at + 1; i < size; i++) if (Math.abs(work[i]![at]!) > Math.abs(work[pivot]![at]!)) pivot = i;
    [work[at], work[pivot]] = [work[pivot]!, work[at]!];
    const head = work[at]![at]!;
    if (!(Math.abs(head) > 1e-10)) return null;
    work[at] = work[at]!.map((value) => value / head);
    for (let i = 0; i < size; i++) {
      const by = work[i]![at]!;
      if (i !== at) work[i] = work[i]!.map((value, j) => value - by * work[at]![j]!);
    }
  }
  return work.map((row) => row.slice(size));
}

function multiply(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): number[][] {
  return a.map((row) =>
    b[0]!.map((_, j) =>
      dot(
        row,
        b.map((line) => line[j]!),
      ),
    ),
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
