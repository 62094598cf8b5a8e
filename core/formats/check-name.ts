/** The check run that says how a whole pull request stands. */
const OVERALL_NAME = 'descent';

/**
 * GitHub shows the newest check run of a name: on a commit that other pull requests have checks on, the number distinguishes them.
 * @param shared whether another pull request has checks there
 */
export function overallName(pull: number, shared: boolean): string {
  return shared ? `${OVERALL_NAME} #${pull}` : OVERALL_NAME;
}

/** A check run as GitHub lists it. */
interface Listed {
  external_id?: string | null;
}

/**
 * The overall check of this pull request on its head. Where several share the commit, the first to come has the bare name: the key in it
 * says whose it is.
 * @param ask the newest check runs of a name on the commit
 */
export async function findOverall<T extends Listed>(
  pull: number,
  ask: (name: string) => Promise<readonly T[]>,
): Promise<T | null> {
  const bare = (await ask(overallName(pull, false))).find((check) => isOf(check, pull));
  return bare ?? (await ask(overallName(pull, true)))[0] ?? null;
}

/** A key without a number, as older bots wrote it, is anybody's. */
function isOf({ external_id: id }: Listed, pull: number): boolean {
  const number = /^d\d+:overall:(\d+):/.exec(id ?? '')?.[1];
  return number === undefined || Number(number) === pull;
}
