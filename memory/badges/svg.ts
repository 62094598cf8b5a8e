import { makeBadge } from 'badge-maker';
import { badgeTitle, type Person } from '../../core/credits/badges.ts';
import type { Token } from '../../core/formats/token.ts';
import { bpb } from '../../core/text/loss.ts';
import { count } from '../../core/text/plural.ts';

/** Badges as pictures: the one writer of SVG badges. Each says in its title what it shows, for whoever cannot see it. */

const LABEL = 'descent';

/** One badge. */
export function badgeSvg(badge: Person['badges'][number]): string {
  return makeBadge({ label: LABEL, message: badgeTitle(badge), color: 'green' });
}

/** All of a person's badges in one picture, for a README. */
export function personSvg({ badges }: Pick<Person, 'badges'>): string {
  const records = badges.find(({ id }) => id === 'record')?.count ?? 0;
  const message = [...(records > 0 ? [count(records, 'record')] : []), count(badges.length, 'badge')];
  return makeBadge({ label: LABEL, message: message.join(', '), color: records > 0 ? 'green' : 'blue' });
}

/** The token of a record. */
export function tokenSvg({ track, number, valBpb }: Pick<Token, 'track' | 'number' | 'valBpb'>): string {
  return makeBadge({
    label: `${LABEL} ${track}`,
    message: `record ${number}: ${bpb(valBpb)}`,
    color: 'green',
  });
}
