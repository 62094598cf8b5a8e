import { execa } from 'execa';
import { CommandError } from '../../core/errors.ts';

/** git in the client's own copy of the swarm, without anybody's configuration. */
export async function git(folder: string, args: string[], signal?: AbortSignal): Promise<string> {
  const ran = await execa('git', ['-C', folder, ...args], {
    env: {
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_REPLACE_OBJECTS: '1', // what a commit is called is what is compared
      LC_ALL: 'C',
    },
    stripFinalNewline: false,
    reject: false,
    maxBuffer: 64 * 1024 * 1024,
    ...(signal && { cancelSignal: signal }),
  });
  if (!ran.failed) return ran.stdout;
  throw new GitFailed(args[0]!, ran.stderr?.trim() || ran.shortMessage || 'it could not start');
}

/** What git said; its caller knows what that means. */
export class GitFailed extends CommandError {
  constructor(what: string, said: string) {
    super(
      `git ${what}: ${said.split('\n').at(-1)}`,
      'Check the network, and that git 2.30 or later is installed.',
    );
  }
}
