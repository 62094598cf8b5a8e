/** Thousandths of a credit as people read them: whole credits, and a fraction only where there is one. */
export function credits(milli: number): string {
  const text = (milli / 1000).toFixed(3).replace(/\.?0+$/, '');
  return `${text} credit${text === '1' ? '' : 's'}`;
}
