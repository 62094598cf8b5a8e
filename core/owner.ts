/**
 * Whose a runner is: it is named `<owner's login>.<machine>`, and a login holds no dot and is the same in capitals. Who registers
 * machines sees to it. One-time names, as autoscalers give them, name no owner.
 */

/** The owner of runners whose name says none; no login is written like this. */
export const NO_OWNER = '-';

const LOGIN = /^[a-z\d][a-z\d_-]{0,38}$/;

export function ownerOf(runner: string): string {
  const [login = '', machine = ''] = runner.toLowerCase().split('.');
  return machine !== '' && LOGIN.test(login) ? login : NO_OWNER;
}

/** Whether a run was measured on a known owner's machine: then it may confirm, and its owner may get another. */
export function hasOwner({ owner, machine }: { owner: string; machine: string }): boolean {
  return owner !== NO_OWNER && ownerOf(machine) !== NO_OWNER;
}
