import type { Driven } from '../session/loop.ts';

type Github = Driven['github'];

/**
 * Before the machine is said to be free, which it is every few minutes, its repository is looked at: an owner who made it private or
 * archived it, or whose machine.yml the swarm no longer takes, would wait for jobs that never come.
 * @param look rejects with what is wrong and what to do
 */
export function stillThere(github: Github, look: () => Promise<void>): Github {
  return {
    say: async (availability) => {
      if (availability.status === 'free') await look();
      await github.say(availability);
    },
    queued: () => github.queued(),
    mint: (nonce) => github.mint(nonce),
    cancel: (run) => github.cancel(run),
  };
}
