import { DAY_MS } from '../../core/calendar.ts';
import { getMeta, setMeta } from '../../memory/index/store.ts';
import type { Memory } from '../../memory/memory.ts';
import { keepPublished } from '../../memory/published.ts';
import type { GitHub } from './client.ts';

/** Issues are read from where the last call ended. The first call reads a month back, and no more than this. */
const PAGES = 20;
const FIRST_DAYS = 30;

/** Brings self-reported results into the index. @returns how many are new or changed */
export async function syncPublished({ store }: Memory, github: GitHub, now: Date): Promise<number> {
  const since = getMeta(store, 'published') ?? new Date(now.getTime() - FIRST_DAYS * DAY_MS).toISOString();
  const list = {
    ...github.home,
    state: 'all' as const,
    since,
    sort: 'updated' as const,
    direction: 'asc' as const,
  };
  let latest = since;
  let kept = 0;
  let page = 0;
  for await (const { data } of github.paginate.iterator(github.rest.issues.listForRepo, {
    ...list,
    per_page: 100,
  })) {
    for (const issue of data) {
      if (!issue.pull_request && keepPublished(store, issue)) kept += 1;
      if (issue.updated_at > latest) latest = issue.updated_at;
    }
    page += 1;
    if (page === PAGES) break;
  }
  setMeta(store, 'published', latest);
  return kept;
}
