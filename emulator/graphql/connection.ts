import { RefusedError } from '../world/refused.ts';
import type { Args, Source } from './view.ts';

/** A page of a list by `first`/`after` or `last`/`before`, whose items are refused without a size as GitHub does. */
export function connection<T>(
  name: string,
  items: T[],
  args: Args,
  node: (item: T) => unknown,
  extra: { [field: string]: unknown } = {},
): Source {
  const page = () => pageOf(name, items.length, args);
  const shown = () => items.slice(...page());
  return {
    __typename: `${name[0]!.toUpperCase()}${name.slice(1)}Connection`,
    totalCount: items.length,
    nodes: () => shown().map(node),
    edges: () => {
      const [start] = page();
      return shown().map((item, i) => ({
        __typename: 'Edge',
        cursor: cursor(start + i),
        node: () => node(item),
      }));
    },
    pageInfo: () => {
      const [start, end] = page();
      return {
        __typename: 'PageInfo',
        hasNextPage: end < items.length,
        hasPreviousPage: start > 0,
        startCursor: end > start ? cursor(start) : null,
        endCursor: end > start ? cursor(end - 1) : null,
      };
    },
    ...extra,
  };
}

/** Where the page begins and ends. A count alone needs no size; whatever shows items does. */
function pageOf(name: string, length: number, args: Args): [start: number, end: number] {
  const { first, last } = args as { first?: number | null; last?: number | null };
  const size = first ?? last;
  if (size === null || size === undefined)
    throw new RefusedError(
      422,
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      undefined,
      'MISSING_PAGINATION_BOUNDARIES',
    );
  if (size > 100 || size < 0)
    throw new RefusedError(
      422,
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`${first ? 'first' : 'last'}\` limit of 100 records.`,
      undefined,
      'EXCESSIVE_PAGINATION',
    );
  const [start, end] = [position(args.after, -1) + 1, Math.min(position(args.before, length), length)];
  if (first !== null && first !== undefined) return [start, Math.max(Math.min(end, start + first), start)];
  return [Math.max(start, end - size), Math.max(end, start)];
}

function cursor(index: number): string {
  return Buffer.from(`cursor:${index}`).toString('base64');
}

function position(value: unknown, fallback: number): number {
  if (typeof value !== 'string') return fallback;
  const found = /^cursor:(\d+)$/.exec(Buffer.from(value, 'base64').toString('utf8'))?.[1];
  if (found === undefined)
    throw new RefusedError(
      422,
      `\`${value}\` does not appear to be a valid cursor.`,
      undefined,
      'INVALID_CURSOR_ARGUMENTS',
    );
  return Number(found);
}
