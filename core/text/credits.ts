/** Thousandths of a credit as people read them: whole credits, and a fraction only where there is one. */
export function credits(milli: number): string {
  const amount = creditsAmount(milli);
  return `${amount} credit${amount === '1' ? '' : 's'}`;
}

/** The number alone. */
export function creditsAmount(milli: number): string {
  return (milli / 1000).toFixed(3).replace(/\.?0+$/, '');
}
