import { Refused } from '../world/refused.ts';
import type { Args, Source } from './view.ts';

/** A page of a list by `first`/`after` or `last`/`before`, refused without a size as GitHub does. */
export function connection<T>(
  name: string,
  items: T[],
  args: Args,
  node: (item: T) => unknown,
  extra: { [field: string]: unknown } = {},
): Source {
  const { first, last } = args as { first?: number | null; last?: number | null };
  const size = first ?? last;
  if (size === null || size === undefined)
    throw new Refused(
      422,
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      undefined,
      'MISSING_PAGINATION_BOUNDARIES',
    );
  if (size > 100 || size < 0)
    throw new Refused(
      422,
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${first ? 'first' : 'last'}\` limit of 100 records.`,
      undefined,
      'EXCESSIVE_PAGINATION',
    );
  let [start, end] = [position(args.after, -1) + 1, position(args.before, items.length)];
  if (first !== null && first !== undefined) end = Math.min(end, start + first);
  else start = Math.max(start, end - size);
  const shown = items.slice(start, end);
  return {
    __typename: `${name[0]!.toUpperCase()}${name.slice(1)}Connection`,
    totalCount: items.length,
    nodes: () => shown.map(node),
    edges: () =>
      shown.map((item, i) => ({ __typename: 'Edge', cursor: cursor(start + i), node: () => node(item) })),
    pageInfo: {
      __typename: 'PageInfo',
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: shown.length > 0 ? cursor(start) : null,
      endCursor: shown.length > 0 ? cursor(start + shown.length - 1) : null,
    },
    ...extra,
  };
}

function cursor(index: number): string {
  return Buffer.from(`cursor:${index}`).toString('base64');
}

function position(value: unknown, fallback: number): number {
  if (typeof value !== 'string') return fallback;
  const found = /^cursor:(\d+)$/.exec(Buffer.from(value, 'base64').toString('utf8'))?.[1];
  if (found === undefined)
    throw new Refused(
      422,
      `\`${value}\` does not appear to be a valid cursor.`,
      undefined,
      'INVALID_CURSOR_ARGUMENTS',
    );
  return Number(found);
}
