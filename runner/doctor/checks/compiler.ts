import { pythonInterpreter } from '../../../setup/paths.mjs';
import { type Check, fail, ok, skip } from '../finding.ts';

/** A sandbox's PATH is only /usr/bin. Triton takes the first of these that it finds there, and includes Python's header. */
const COMPILERS = ['/usr/bin/gcc', '/usr/bin/clang'];
const HEADER = `
import os, sys, sysconfig
header = os.path.join(sysconfig.get_path("include"), "Python.h")
sys.exit(None if os.path.exists(header) else header)
`;

/** Checks what torch.compile needs on a card. Without it every file that compiles crashes. */
export const compiler: Check = {
  name: 'compiler',
  safety: false,
  needed: true,
  async look(host, plan) {
    if (plan.device !== 'cuda') return skip(`the track trains on ${plan.device}`);
    if (plan.sandbox === 'docker' || plan.sandbox === 'podman') return skip('the image brings its own');
    const found = await Promise.all(COMPILERS.map((path) => host.stat(path)));
    const at = found.findIndex((file) => file !== null);
    if (at < 0)
      return fail(
        `neither ${COMPILERS.join(' nor ')} is there, and torch.compile needs one`,
        'sudo apt-get install -y gcc libc6-dev',
      );
    const python = pythonInterpreter(plan.repository, { ...host.env, DESCENT_CACHE: plan.cache });
    const header = await host.run(python, ['-I', '-c', HEADER]);
    if (header !== null && header.status !== 0)
      return fail(
        `${header.stderr.trim().split('\n').at(-1)} is missing, and torch.compile includes it`,
        'Install the header of this Python (sudo apt-get install -y python3-dev), or let uv bring a Python: node setup/bootstrap.mjs --only python',
      );
    return ok(`${COMPILERS[at]}, with Python's header`);
  },
};
