import { execa } from 'execa';

export type Identity = { name: string; email: string };

/** git without the caller's configuration, so that it does the same everywhere. */
export function git(folder: string, identity: Identity, args: string[]) {
  return execa('git', args, {
    cwd: folder,
    stripFinalNewline: false,
    env: {
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_AUTHOR_NAME: identity.name,
      GIT_AUTHOR_EMAIL: identity.email,
      GIT_COMMITTER_NAME: identity.name,
      GIT_COMMITTER_EMAIL: identity.email,
    },
  });
}
