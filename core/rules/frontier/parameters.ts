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
  /** Fresh runs that are so many standard deviations from the head's estimate replace it. */
  surprise: number;
  /** The share of a track's runs that certifications may take in the long run. */
  certifyShare: number;
  /** Links after which a chain is certified whatever its gain, so that no pull request waits without end. */
  longestChain: number;
  /** How much of a gain is expected to be left on another base, and how unsure that is, as a share of the gain. */
  composedShare: number;
  composedSpread: number;
}

export const FRONTIER: FrontierRule = {
  // Whether one more run is worth its price is asked each time. A third is rare, and pays on a plateau alone; a sixth never did.
  runsPerCandidate: 5,
  // 2 % of candidates are this good while gains are to be had: one run more for each costs little. A lie of this size, believed,
  // would keep every honest gain out until the chain is refuted. Smaller lies look like luck, and do as little harm.
  strikingSigmas: 6,
  // Four fresh runs of either side show a gain of 4 sigma without any one owner nearly always; 3 and 7 gave less on main.
  certifySigmas: 4,
  // Such a gain is likelier to be a lie or a leap than a step: both are worth knowing soon.
  certifyAloneSigmas: 8,
  // As many as certify a single gain: two rounds are needed only where one is not enough.
  certifyRuns: 4,
  // Honest runs are this far off once in 400 certifications. A lie or a lucky leap is believed no longer than until then: in the
  // mean with it, fresh runs that show nothing would leave the head far below main, and every honest gain would look too small.
  surprise: 3,
  // More often costs candidates, more seldom leaves main behind. Only tracks that gain fast ever reach it.
  certifyShare: 0.07,
  // Long enough for the plateau, where a chain of 4 sigma has 12 links.
  longestChain: 24,
  // Effects of independent changes mostly add up; that some do not is found by measuring the composed file.
  composedShare: 0.9,
  composedSpread: 0.4,
};
