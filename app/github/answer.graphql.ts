import type { Answer, CheckWrite } from '../model/effect.ts';

/** The final answer is one document of several mutations, performed by GitHub in this order. */

/** Aliases of what people see of the pull request: GitHub may refuse each for good (locked, full of comments, limits) and do the rest. */
export const TO_PEOPLE = ['comment', 'unlabel', 'label', 'close'] as const;

export interface AnswerDocument {
  query: string;
  variables: Record<string, unknown>;
  /** Aliases of the check runs, in the order of `answer.checks`. */
  checks: string[];
}

function checkInput(repositoryId: string, write: CheckWrite): Record<string, unknown> {
  return {
    repositoryId,
    ...(write.id === null ? { headSha: write.head } : { checkRunId: write.id }),
    name: write.name,
    externalId: write.externalId,
    status: write.status.toUpperCase(),
    ...(write.conclusion && { conclusion: write.conclusion.toUpperCase() }),
    ...(write.detailsUrl && { detailsUrl: write.detailsUrl }),
    output: { title: write.title, summary: write.summary, text: write.text },
  };
}

/** Null when there is nothing to say. */
export function answerDocument(
  repositoryId: string,
  answer: Answer,
  labelIds: Map<string, string>,
): AnswerDocument | null {
  const declarations: string[] = [];
  const mutations: string[] = [];
  const variables: Record<string, unknown> = {};
  const add = (alias: string, mutation: string, type: string, input: unknown, fields: string) => {
    declarations.push(`$${alias}: ${type}!`);
    mutations.push(`${alias}: ${mutation}(input: $${alias}) { ${fields} }`);
    variables[alias] = input;
  };
  const checks = answer.checks.map((write, i) => {
    const [mutation, type] =
      write.id === null
        ? ['createCheckRun', 'CreateCheckRunInput']
        : ['updateCheckRun', 'UpdateCheckRunInput'];
    add(`check${i}`, mutation!, type!, checkInput(repositoryId, write), 'checkRun { id }');
    return `check${i}`;
  });
  const { subject, comment } = answer;
  if (comment?.id)
    add('comment', 'updateIssueComment', 'UpdateIssueCommentInput', comment, 'clientMutationId');
  else if (comment && subject)
    add(
      'comment',
      'addComment',
      'AddCommentInput',
      { subjectId: subject, body: comment.body },
      'clientMutationId',
    );
  const ids = (names: string[]) => names.flatMap((name) => labelIds.get(name) ?? []);
  const removed = ids(answer.removeLabels);
  const added = ids(answer.addLabels);
  if (subject && removed.length > 0)
    add(
      'unlabel',
      'removeLabelsFromLabelable',
      'RemoveLabelsFromLabelableInput',
      { labelableId: subject, labelIds: removed },
      'clientMutationId',
    );
  if (subject && added.length > 0)
    add(
      'label',
      'addLabelsToLabelable',
      'AddLabelsToLabelableInput',
      { labelableId: subject, labelIds: added },
      'clientMutationId',
    );
  if (subject && answer.close)
    add('close', 'closePullRequest', 'ClosePullRequestInput', { pullRequestId: subject }, 'clientMutationId');
  if (mutations.length === 0) return null;
  return {
    query: `mutation Answer(${declarations.join(', ')}) {\n${mutations.join('\n')}\n}`,
    variables,
    checks,
  };
}
