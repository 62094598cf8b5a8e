/**
 * The numbers of the frontier, each with its reason. Lengths are in sigmas, the standard deviation of one run on the track.
 * docs/acceptance.md says what they buy; `npm run bench:progress` measures it.
 */
export interface FrontierRule {
  /** Runs of one candidate before it is adopted or rejected, at most. */
  runsPerCandidate: number;
  /** A gain beyond this is adopted only when it stands without any one owner's runs. */
  strikingSigmas: number;
  /** A chain is certified when its estimated gain over main is this large. */
  certifySigmas: number;
  /** A single link of this gain has its chain certified at once. */
  certifyAloneSigmas: number;
  /** Fresh runs of a certification's first round. */
  certifyRuns: number;
  /** The share of a track's runs that certifications may take in the long run. */
  certifyShare: number;
  /** Links after which a chain is certified whatever its gain, so that no pull request waits without end. */
  longestChain: number;
  /** How much of a gain is expected to be left on another base, and how unsure that is, as a share of the gain. */
  composedShare: number;
  composedSpread: number;
}

export const FRONTIER: FrontierRule = {
  // The value of one more run is asked for each time; a third run is rarely worth it, a fourth never was.
  runsPerCandidate: 3,
  // 3 % of candidates are this good while gains are to be had: one run more for each costs little. A lie of this size, believed,
  // would keep every honest gain out until the chain is refuted. Smaller lies look like luck, and are as harmless.
  strikingSigmas: 5,
  // Four fresh runs of either side show a gain of 5 sigma without any one owner in 99 of 100 tries: a chain is hardly ever measured in vain.
  certifySigmas: 5,
  // Such a gain is likelier to be a lie or a leap than a step: both are worth knowing soon.
  certifyAloneSigmas: 8,
  // As many as certify a single gain: two rounds are needed only where one is not enough.
  certifyRuns: 4,
  // A tenth: more often costs candidates, more seldom leaves main behind. Only tracks that gain fast ever reach it.
  certifyShare: 0.1,
  // Long enough for the plateau, where a chain of 5 sigma has 12 links.
  longestChain: 24,
  // Effects of independent changes mostly add up; that some do not is found by measuring the composed file.
  composedShare: 0.9,
  composedSpread: 0.4,
};
