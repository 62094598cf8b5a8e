/** Why runs of a result do not count, and why a result has no other verdict. */

/** Why a run does not count. */
export const DISCOUNTED = {
  /** Its repeat says otherwise; its machine is not at fault. */
  setAside: "its repeat on another owner's machine takes its place",
  /** It gave the loss, the held-out loss or the weights of an earlier one. */
  repeats: 'it repeats what an earlier run reported to the last digit, under another seed',
  refuted:
    'machines of two other owners scored the same weights and did not confirm what its machine reported',
  notKept: 'GitHub no longer kept its weights when they had to be scored once more',
  outlier: (machine: string) =>
    `audits found ${machine} to be an outlier: machines of other owners disagree with it`,
};

/** Why a file was decided as it was, where no rule about losses says it. */
export const DECIDED = {
  reconsidered:
    'a machine that measured it was found to be an outlier, and too little is left without its runs: it is measured again',
  frontierOff:
    'the frontier of its track was switched off before its chain was certified: it is measured further, alone',
  refuted: 'machines of other owners scored the same weights and did not confirm the claims',
  unsettled:
    "another owner's machine scored the same weights and did not confirm the claims, and there is no third owner to decide",
  pushedOver: 'another file was pushed before this one was measured often enough',
  /** @param before what was still to come */
  withdrawn: (before: 'measured' | 'scored') =>
    `the pull request was withdrawn before ${before === 'measured' ? 'it was measured often enough' : 'its weights were scored once more'}`,
};
