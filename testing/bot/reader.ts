import type { Octokit } from '@octokit/rest';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { leaderboardSchema } from '../../core/formats/leaderboard.ts';
import { REPO } from '../town/town.ts';

export interface PullView {
  state: string;
  merged: boolean;
  labels: string[];
  /** The bot's comments. */
  comments: string[];
  head: string;
}

/** What a story reads of the repository, as anybody may. */
export class Reader {
  readonly onlooker: Octokit;

  constructor(onlooker: Octokit) {
    this.onlooker = onlooker;
  }

  async main(): Promise<string> {
    const { data } = await this.onlooker.git.getRef({ ...REPO, ref: 'heads/main' });
    return data.object.sha;
  }

  async file(path: string, ref = 'main'): Promise<string> {
    const { data } = await this.onlooker.repos.getContent({ ...REPO, path, ref });
    if (!('content' in data)) throw new Error(`${path} is not a file`);
    return Buffer.from(data.content, 'base64').toString('utf8');
  }

  async leaderboard() {
    return leaderboardSchema.parse(JSON.parse(await this.file('results/leaderboard.json')));
  }

  async view(number: number): Promise<PullView> {
    const { data } = await this.onlooker.pulls.get({ ...REPO, pull_number: number });
    const { data: comments } = await this.onlooker.issues.listComments({ ...REPO, issue_number: number });
    return {
      state: data.state,
      merged: data.merged,
      labels: data.labels.map((label) => label.name),
      comments: comments
        .filter((one) => one.user?.login.endsWith('[bot]') && one.body?.startsWith(COMMENT_TAG))
        .map((one) => one.body!),
      head: data.head.sha,
    };
  }

  async check(sha: string, name = 'descent') {
    const { data } = await this.onlooker.checks.listForRef({ ...REPO, ref: sha, check_name: name });
    return data.check_runs[0] ?? null;
  }
}
