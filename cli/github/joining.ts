import { CommandError, messageOf } from '../../core/errors.ts';
import { JOINING_LABEL } from '../../core/formats/labels.ts';
import { isConfirmation, JOINING_SENTENCE, JOINING_TITLE } from '../../core/rules/taking-part.ts';
import type { GitHub } from './client.ts';
import { refusedWith } from './refusal.ts';

/** The issue where a person confirms, once per account, that it takes part. */
export interface Joining {
  number: number;
  url: string;
  /** By a comment of the account that is signed in. */
  confirmed: boolean;
}

export async function readJoining(github: GitHub): Promise<Joining> {
  const issue = await botsIssue(github);
  const list = { ...github.home, issue_number: issue.number, per_page: 100 };
  let confirmed = false;
  for await (const { data } of github.paginate.iterator(github.rest.issues.listComments, list)) {
    confirmed = data.some((one) => one.user?.login === github.login && isConfirmation(one.body ?? ''));
    if (confirmed) break;
  }
  return { number: issue.number, url: issue.html_url, confirmed };
}

/** Anyone may open an issue with this title. Only an App's issue counts; of several, the first. */
async function botsIssue(github: GitHub) {
  const list = { ...github.home, state: 'all' as const, labels: JOINING_LABEL, per_page: 100 };
  const { data } = await github.rest.issues.listForRepo(list);
  const own = data.filter(
    (one) => !one.pull_request && one.user?.type === 'Bot' && one.title === JOINING_TITLE,
  );
  const [first] = own.sort((a, b) => a.number - b.number);
  if (first !== undefined) return first;
  throw new CommandError(
    `${github.home.owner}/${github.home.repo} has no issue "${JOINING_TITLE}" by its bot yet`,
    'Ask a maintainer to install the App or to run the sweep (`npm run sweep`): both open it. You can read without joining.',
  );
}

/** Writes the confirmation in the name of the account that is signed in. */
export async function confirmJoining(github: GitHub, { number, url }: Joining): Promise<void> {
  try {
    const comment = { ...github.home, issue_number: number, body: JOINING_SENTENCE };
    await github.rest.issues.createComment(comment);
  } catch (cause) {
    const status = refusedWith(cause);
    if (status !== 403 && status !== 422) throw cause;
    throw new CommandError(
      `GitHub did not take the confirmation of ${github.login} on ${url}: ${messageOf(cause)}`,
      [
        `The person behind the account, signed in as ${github.login}, can comment on ${url}: ${JOINING_SENTENCE}`,
        'GitHub requires a verified e-mail address (Settings, Emails) and an account without restrictions. The token needs the scope public_repo. If the issue is locked, a maintainer must unlock it.',
      ].join('\n  '),
      { cause },
    );
  }
}
