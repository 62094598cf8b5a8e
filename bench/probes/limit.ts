/** Just below the difference that refuses a single probe, nats. */
export const UNDER_THE_LIMIT = 0.49;
