import { mergeability } from '../world/issues/merge.ts';
import type { PullRequest } from '../world/model.ts';
import { connection } from './connection.ts';
import { checkRollup } from './rollup.ts';
import type { Args, View } from './view.ts';

/** What reviewing and merging add to a pull request. There are no reviews here: the lists exist and are empty. */

export function reviewFields(view: View, issue: PullRequest): { [field: string]: unknown } {
  const none = (name: string) => (args: Args) => connection(name, [], args, (one) => one);
  return {
    reviewDecision: null,
    reviewRequests: none('reviewRequests'),
    reviews: none('reviews'),
    latestReviews: none('latestReviews'),
    latestOpinionatedReviews: none('latestOpinionatedReviews'),
    reviewThreads: none('reviewThreads'),
    closingIssuesReferences: none('closingIssuesReferences'),
    autoMergeRequest: null,
    potentialMergeCommit: null,
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    mergeStateStatus: async () => {
      const state = await mergeability(issue);
      return state === 'clean' && issue.pull.draft ? 'BLOCKED' : state.toUpperCase();
    },
    statusCheckRollup: () => checkRollup(view, issue.repository, issue.pull.headSha),
  };
}
