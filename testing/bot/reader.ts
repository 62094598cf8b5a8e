import type { Octokit } from '@octokit/rest';
import { decodeReply, type Ending, REPLY_TAG } from '../../app/model/command.ts';
import { COMMENT_TAG } from '../../core/formats/comment-tag.ts';
import { leaderboardSchema } from '../../core/formats/leaderboard.ts';
import { type Codes, codesOf } from '../snapshot/codes.ts';
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

  main(): Promise<string> {
    return this.branch('main');
  }

  async branch(name: string): Promise<string> {
    const { data } = await this.onlooker.git.getRef({ ...REPO, ref: `heads/${name}` });
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

  /** Where a pull request stands and what each rule said, without the words that people read. */
  async codes(number: number): Promise<Codes> {
    const { head } = await this.view(number);
    const check = (await this.check(head, `descent #${number}`)) ?? (await this.check(head))!;
    const { external_id: externalId, conclusion, output } = check;
    return codesOf({ externalId: externalId!, conclusion, text: output.text ?? '' });
  }

  /** The comparison that a report failed, which the swarm then gave up; null where none did. */
  async refusedBy(number: number): Promise<string | null> {
    const [comment = ''] = (await this.view(number)).comments;
    return /the report was refused \(([\w-]+)\)/.exec(comment)?.[1] ?? null;
  }

  /** What the bot's comment links to: `result of #3`, `#3`. */
  async links(number: number): Promise<string[]> {
    const [comment = ''] = (await this.view(number)).comments;
    const results = /\]\(\S*\/results\/experiments\/\d+\/(\d+)-|\]\(\S*\/pull\/(\d+)\)/g;
    return [...comment.matchAll(results)].map(([, result, pull]) =>
      result === undefined ? `#${pull}` : `result of #${result}`,
    );
  }

  /** The bot's reply to commands, and how each ended, the latest last; there is never a second one. */
  async reply(number: number): Promise<{ body: string | null; endings: Ending[] }> {
    const { data } = await this.onlooker.issues.listComments({ ...REPO, issue_number: number });
    const own = data.filter((one) => one.user?.login.endsWith('[bot]') && one.body!.startsWith(REPLY_TAG));
    if (own.length > 1) throw new Error(`#${number} has ${own.length} replies to commands`);
    const body = own[0]?.body ?? null;
    const { endings } = decodeReply(body === null ? null : { id: '1', body });
    return { body, endings: [...endings.values()] };
  }

  async check(sha: string, name = 'descent') {
    const { data } = await this.onlooker.checks.listForRef({ ...REPO, ref: sha, check_name: name });
    return data.check_runs[0] ?? null;
  }
}
