import type { Event } from '../core/formats/events.ts';
import { type ExperimentResult, resultPath } from '../core/formats/result.ts';
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
import type { Summary } from './summary/summary.ts';
import { type Making, navOf, rooted } from './track.ts';

/** A page for each experiment that people talk of, and for each author: pages that can be linked to. */

/** Authors that were seen last. */
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

export function smallPages(summaries: readonly Summary[]): SmallPages {
  const experiments = new Map<string, Alone>();
  const people = new Map<string, { author: string; tracks: Map<string, Experiment[]> }>();
  for (const summary of summaries) {
    const { children } = familiesByPull(summary.experiments);
    const happened = Map.groupBy(summary.events, (event) => ('pull' in event ? event.pull : null));
    for (const [i, one] of summary.experiments.entries()) {
      if (hasPage(one, summary.experiments.length - 1 - i))
        experiments.set(experimentPath(summary.track, one.pull), {
          one,
          events: happened.get(one.pull) ?? [],
          children: children.get(one.pull) ?? [],
          result: summary.results.get(resultPath(one)) ?? null,
        });
      const path = personPath(one.author);
      if (path === null) continue;
      const person = people.get(path) ?? { author: one.author, tracks: new Map<string, Experiment[]>() };
      people.delete(path); // the last seen are the last
      people.set(path, person);
      const own = person.tracks.get(summary.track);
      if (own) own.push(one);
      else person.tracks.set(summary.track, [one]);
    }
  }
  const shown = [...people].slice(-PEOPLE);
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
    for (const [path, { author, tracks: own }] of shown) {
      const [track, first] = [...own].find(([name]) => name === tracks[0]) ?? [...own][0]!;
      const about = { title: `${author}: Descent`, card: cardOfTrack(cards, track), nav: navOf(track, null) };
      page(path, { ...about, description: personSentence(first) }, (place) =>
        personPage(author, [...own], place),
      );
    }
  };
  return { paths, write };
}
