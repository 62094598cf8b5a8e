import type { Event } from '../core/formats/events.ts';
import { type ExperimentResult, resultPath } from '../core/formats/result.ts';
import { personSvg } from '../memory/badges/svg.ts';
import { cardOfExperiment, cardOfTrack } from './card/cards.ts';
import { csvOf } from './csv.ts';
import { documentOf, type Shell } from './page/document.ts';
import { evidenceOf } from './page/evidence/evidence.ts';
import { experimentPage, experimentSentence } from './page/experiment.ts';
import type { Children } from './page/html.ts';
import { personPage, personSentence } from './page/person.ts';
import { experimentPath, type Place, personPath, placeAt } from './page/place.ts';
import { hasPage } from './summary/alone.ts';
import type { Experiment } from './summary/experiments.ts';
import { familiesByPull } from './summary/lineage.ts';
import type { Person } from './summary/people.ts';
import type { Summary } from './summary/summary.ts';
import { type Making, navOf, rooted } from './track.ts';

/** A page for each experiment that people talk of, and for each person: pages that can be linked to. */

/** Those who were seen last. */
const PEOPLE = 1000;

interface Alone {
  one: Experiment;
  events: Event[];
  /** Pull requests whose authors say they build on it. */
  children: readonly number[];
  result: ExperimentResult | null;
}

export interface SmallPages {
  paths: ReadonlySet<string>;
  /** Adds them all. */
  write: (making: Making) => void;
}

export function smallPages(
  summaries: readonly Summary[],
  everybody: ReadonlyMap<string, Person>,
): SmallPages {
  const experiments = new Map<string, Alone>();
  for (const summary of summaries) {
    const { children } = familiesByPull(summary.experiments);
    const happened = Map.groupBy(summary.events, (event) => ('pull' in event ? event.pull : null));
    for (const [i, one] of summary.experiments.entries())
      if (hasPage(one, summary.experiments.length - 1 - i))
        experiments.set(experimentPath(summary.track, one.pull), {
          one,
          events: happened.get(one.pull) ?? [],
          children: children.get(one.pull) ?? [],
          result: summary.results.get(resultPath(one)) ?? null,
        });
  }
  const people = [...everybody.values()].flatMap((person): [string, Person][] => {
    const path = personPath(person.login);
    return path === null ? [] : [[path, person]];
  });
  const shown = people.slice(-PEOPLE);
  const paths = new Set([...experiments.keys(), ...shown.map(([path]) => path)]);
  const write = ({ shell, tracks, place: where, add, hashed, cards }: Making) => {
    const page = (
      path: string,
      about: Pick<Shell, 'title' | 'description' | 'card' | 'nav'>,
      content: (place: Place) => Children,
    ) => {
      const place = placeAt(path, where);
      const whole = { ...shell, ...about, place, path, track: null, tracks: [] };
      add(path, documentOf(whole, content(place)));
    };
    for (const [path, { one, events, children, result }] of experiments) {
      const title = `#${one.pull} ${one.title}: Descent`;
      const about = {
        title,
        description: experimentSentence(one, result),
        card: cardOfExperiment(cards, one),
        nav: navOf(one.track, null),
      };
      const evidence = evidenceOf(one, result);
      const name = path.replace(/html$/, '');
      const files = {
        csv: hashed(`${name}csv`, csvOf(evidence.view.table)),
        svg: evidence.svg && hashed(`${name}svg`, evidence.svg),
      };
      page(path, about, (place) => {
        const shown = { evidence, files: rooted(files, place), children, result };
        return experimentPage(one, events, shown, (other) => paths.has(other), place);
      });
    }
    for (const [path, person] of shown) {
      const track = [...person.tracks.keys(), ...person.machines.map((lent) => lent.track)].toSorted(
        (a, b) => tracks.indexOf(a) - tracks.indexOf(b),
      )[0]!;
      const picture = person.badges.length > 0 ? add(path.replace(/html$/, 'svg'), personSvg(person)) : null;
      const about = {
        title: `${person.login}: Descent`,
        card: cardOfTrack(cards, track),
        nav: navOf(track, null),
      };
      page(path, { ...about, description: personSentence(person) }, (place) =>
        personPage(person, { path, picture, site: shell.url }, place),
      );
    }
  };
  return { paths, write };
}
