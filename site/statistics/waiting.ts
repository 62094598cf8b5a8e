/** How long until the next of events that come by chance at one rate, as is known from `n` of them within `span`. */

/**
 * The rate is not known either: with the prior 1/rate its posterior is a gamma distribution, and the next waiting time follows Lomax,
 * P(longer than w) = (span / (span + w))^n.
 * @returns the waiting time that is not exceeded with this probability, in units of `span`
 */
export function waitingQuantile(n: number, span: number, probability: number): number {
  return span * ((1 - probability) ** (-1 / n) - 1);
}
