import { expect, test } from 'vitest';
import { jobEnvironment } from './environment.ts';

const at = (name: string) => `/cache/lend/jobs/1/${name}`;
const place = {
  folder: at(''),
  runner: at('runner'),
  temporary: at('tmp'),
  home: at('home'),
  links: [],
  words: at('words'),
};

/** What an owner may have set. */
const OWNER = {
  ...{
    HOME: '/home/ann',
    PATH: '/home/ann/bin:/usr/bin',
    USER: 'ann',
    SHELL: '/bin/zsh',
    DESCENT_CACHE: '/cache',
  },
  ...{ GH_TOKEN: 'secret', GITHUB_TOKEN: 'secret', AWS_SECRET_ACCESS_KEY: 'secret', HF_TOKEN: 'secret' },
  ...{
    SSH_AUTH_SOCK: '/run/secret',
    DBUS_SESSION_BUS_ADDRESS: 'unix:secret',
    XAUTHORITY: '/home/ann/secret',
  },
  ...{
    PIP_INDEX_URL: 'https://ann:secret@index.example/simple',
    NODE_OPTIONS: '--require /home/ann/secret.js',
  },
  ...{ LD_PRELOAD: '/home/ann/secret.so', BASH_ENV: '/home/ann/secret', GIT_ASKPASS: 'secret' },
  ...{
    HTTPS_PROXY: 'http://proxy.example:3128',
    CUDA_VISIBLE_DEVICES: '1',
    UV_INDEX_URL: 'https://index.example',
  },
};

test('a job gets what it needs of the owner’s variables, and no token, home or agent', () => {
  const env = jobEnvironment(OWNER, { place, jit: 'configuration', mark: 'mark' });
  expect(JSON.stringify(env)).not.toMatch(/secret|\/home\/ann/);
  expect(env).toMatchObject({
    ...{ HTTPS_PROXY: 'http://proxy.example:3128', CUDA_VISIBLE_DEVICES: '1' },
    ...{
      UV_INDEX_URL: 'https://index.example',
      HOME: at('home'),
      TMPDIR: at('tmp'),
      DESCENT_CACHE: '/cache',
    },
    ...{ DESCENT_YIELD: at('words/yield'), DESCENT_PHASE: at('words/phase') },
    ...{
      ACTIONS_RUNNER_INPUT_JITCONFIG: 'configuration',
      ACTIONS_RUNNER_HOOK_JOB_STARTED: at('words/started.sh'),
    },
  });
});
