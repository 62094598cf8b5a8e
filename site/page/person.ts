import { type Badge, badgeTitle } from '../../core/credits/badges.ts';
import { signed } from '../../core/text/loss.ts';
import { count, grouped } from '../../core/text/plural.ts';
import type { Credits } from '../summary/credits.ts';
import type { Experiment } from '../summary/experiments.ts';
import type { Lent, Person } from '../summary/people.ts';
import type { Summary } from '../summary/summary.ts';
import { standingOf } from '../views/people/agents.ts';
import { tableOf } from './figure.ts';
import { fact } from './headline.ts';
import { html } from './html.ts';
import { pullLink } from './link.ts';
import { type Place, personPath } from './place.ts';
import { timeline } from './timeline.ts';

const LATEST = 50;
const LISTED = 100;

/** Addresses from the root: of the page, and of its badge as a picture; and the site's own, null where nobody knows it. */
interface Addresses {
  path: string;
  picture: string | null;
  site: string | null;
}

/** One person: what they tried and what held, what their machines measured and earned. */
export function personPage(person: Person, addresses: Addresses, place: Place) {
  const { login, tracks, machines, badges, credits } = person;
  return html`
    <h1>${login}</h1>
    <p><a href=${`${place.server}/${login}`}>${login} on ${new URL(place.server).host}</a></p>
    ${credits && creditsOf(credits)}
    ${badges.length > 0 && badgesOf(badges, addresses, place)}
    ${[...tracks].map(
      ([track, own]) => html`<section aria-labelledby=${`on-${track}`}>
        <h2 id=${`on-${track}`}>Experiments on track ${track}</h2>
        <p class="finding">${triesSentence(own)}</p>
        ${timeline(own.slice(-LATEST).toReversed(), place)}
        ${own.length > LATEST && html`<p>The last ${LATEST} of ${grouped(own.length)}.</p>`}
      </section>`,
    )}
    ${machines.length > 0 && machinesOf(machines)}`;
}

/** Also what a preview of a link says. */
export function personSentence({ tracks, machines, badges }: Person): string {
  const tried = [...tracks].map(([track, own]) => `On ${track}: ${triesSentence(own)}`);
  const hours = machines.reduce((sum, lent) => sum + lent.hours, 0);
  const runs = machines.reduce((sum, lent) => sum + lent.runs, 0);
  const lent =
    runs > 0
      ? [`${count(machines.length, 'machine')} measured ${count(runs, 'run')} in ${hours.toFixed(1)} hours.`]
      : [];
  const earned = badges.length > 0 ? [`Badges: ${badges.map(badgeTitle).join(', ')}.`] : [];
  return [...tried, ...lent, ...earned].join(' ');
}

function triesSentence(own: readonly Experiment[]): string {
  const { tries, merged, adopted, gain, reach, hours } = standingOf(own);
  const held = `${count(merged, 'record')}, ${adopted} adopted`;
  const sure =
    merged === 0
      ? ''
      : ` Confirmed gain: ${signed(gain)} (95 %: ${signed(gain - reach)} to ${signed(gain + reach)}).`;
  return `${grouped(tries)} ${tries === 1 ? 'try' : 'tries'} in ${hours.toFixed(1)} hours of machines; ${held}.${sure}`;
}

function creditsOf({ earned, runs, available, pending, owed }: Credits) {
  const whole = (milli: number) => grouped(Math.trunc(milli / 1000));
  return html`<section aria-labelledby="credits">
    <h2 id="credits">Credits</h2>
    <dl class="facts">
      ${fact(`earned by ${count(runs, 'run')}`, whole(earned))}
      ${fact('to be spent', whole(available))}
      ${fact('not yet vouched for', whole(pending))}
      ${owed > 0 && fact('owed', whole(owed))}
    </dl>
    <p>A credit is a second of the reference machine. Nobody can sell or hand on credits.</p>
  </section>`;
}

function badgesOf(badges: readonly Badge[], { path, picture, site }: Addresses, place: Place) {
  return html`<section aria-labelledby="badges">
    <h2 id="badges">Badges</h2>
    <ul class="badges">${badges.map(
      (badge) => html`<li><b>${badgeTitle(badge)}</b> ${badge.criteria} Earned with
        ${' '}${pullLink(place, badge.pull)}, <time datetime=${badge.at}>${badge.at.slice(0, 10)}</time>.</li>`,
    )}</ul>
    ${site && picture && html`<p>For a README:</p><pre data-copy="the badge">${`[![descent badges](${site}${picture})](${site}${path})`}</pre>`}
    <p>They follow from what happened: nobody is given one. Who wants none is named in <code>no-badges</code> of <code>.github/descent.yml</code>.</p>
  </section>`;
}

function machinesOf(machines: readonly Lent[]) {
  return html`<section aria-labelledby="machines">
    <h2 id="machines">Machines</h2>
    ${tableOf(
      {
        columns: ['machine', 'track', 'runs', 'hours', 'last seen'],
        rows: machines
          .toSorted((a, b) => b.runs - a.runs)
          .map(({ machine, track, runs, hours, last }) => [machine, track, runs, hours.toFixed(1), last]),
      },
      'Machines',
    )}
  </section>`;
}

/** Links to the pages of the authors with the most tries, and of the owners whose machines ran the most. */
export function peopleList({ experiments }: Summary, place: Place, has: (path: string) => boolean) {
  const listed = (id: string, title: string, logins: Iterable<string>) => {
    const shown = byCount(logins).flatMap((login) => {
      const path = personPath(login);
      return path && has(path) ? [{ login, path }] : [];
    });
    if (shown.length === 0) return null;
    return html`<section aria-labelledby=${id}>
      <h2 id=${id}>${title}</h2>
      <p>${shown.slice(0, LISTED).map(({ login, path }) => html`<a href=${place.root + path}>${login}</a> `)}</p>
    </section>`;
  };
  const owners = experiments.flatMap(({ runs }) => runs.map(([, owner]) => owner));
  return html`${listed(
    'authors',
    'Pages of authors',
    experiments.map(({ author }) => author),
  )}${listed('lenders', 'Pages of owners', owners)}`;
}

/** Each once, the most frequent first. */
function byCount(names: Iterable<string>): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
}
