/** GraphQL answers what GitHub can show, and names in `errors` what it cannot: one hidden thing must not hide the rest. */

type Path = (string | number)[];

/**
 * The data beside errors that each concern one node of a list, or one aliased pull request (`p3`): what could not be shown whole is null
 * there, the others are as they came. Null when an error concerns more, or memory of our own: comments and check runs, which would
 * otherwise be written twice.
 */
export function shownBeside<T>(error: unknown): T | null {
  const { data, errors } = error as { data?: { repository?: unknown }; errors?: { path?: Path }[] };
  if (!data?.repository || !Array.isArray(errors) || errors.length === 0) return null;
  const places = errors.map(({ path }) => placeOf(path ?? []));
  if (places.includes(null)) return null;
  for (const place of places) hide(data, place!);
  return data as T;
}

/** Where the smallest thing stands that may be left out. */
function placeOf(path: Path): Path | null {
  if (path[0] !== 'repository' || path.includes('comments')) return null;
  const checks = path.indexOf('checkSuites');
  const upTo = checks < 0 ? path.length : checks;
  for (let at = upTo - 1; at > 1; at -= 1)
    if (typeof path[at] === 'number' && path[at - 1] === 'nodes') return path.slice(0, at + 1);
  return /^p\d+$/.test(String(path[1])) ? path.slice(0, 2) : null;
}

function hide(data: unknown, place: Path): void {
  let holder = data as Record<string | number, unknown> | null | undefined;
  for (const key of place.slice(0, -1)) holder = holder?.[key] as typeof holder;
  if (holder) holder[place.at(-1)!] = null; // else something around it is null already
}
