import type { Event } from '../../core/formats/events.ts';
import { type Cursor, eventOf } from './lines.ts';

/** The bot's own word, as it happens: one connection that stays. */

/** It says something at least every 25 seconds. */
const SILENT_MS = 70_000;
/** Events that come together are shown together. */
const TOGETHER_MS = 50;
/** A connection that held so long goes on at once when it breaks: proxies end them. */
const HELD_MS = 60_000;

export interface Heard {
  events: Event[];
  cursor: Cursor;
}

interface Ears {
  onNews: (heard: Heard) => void;
  /** How queue and machines are, as text of JSON. */
  onNow: (text: string) => void;
  /** It goes, or still goes. */
  onBeat: () => void;
  /** @param held whether it went for a while before it broke */
  onEnd: (held: boolean) => void;
}

/** @param url of the bot's `/live`. @returns ends it */
export function listen(url: string, { file, lines }: Cursor, ears: Ears): () => void {
  const source = new EventSource(`${url}?from=${file}:${lines}`);
  const events: Event[] = [];
  let cursor: Cursor = { file, lines };
  let opened = 0;
  let flushing: ReturnType<typeof setTimeout> | null = null;
  let watch = setTimeout(() => end(), SILENT_MS);
  const flush = () => {
    flushing = null;
    ears.onNews({ events: events.splice(0), cursor });
  };
  const stop = () => {
    source.close();
    clearTimeout(watch);
    if (flushing) {
      clearTimeout(flushing);
      flush();
    }
  };
  const end = () => {
    stop();
    ears.onEnd(opened > 0 && Date.now() - opened > HELD_MS);
  };
  const beat = () => {
    clearTimeout(watch);
    watch = setTimeout(end, SILENT_MS);
    ears.onBeat();
  };
  source.onopen = () => {
    opened = Date.now();
    beat();
  };
  source.onerror = end;
  source.addEventListener('beat', beat);
  source.addEventListener('now', ({ data }) => ears.onNow(data));
  source.onmessage = ({ data, lastEventId }) => {
    const at = /^(\d{1,9}):(\d{1,6})$/.exec(lastEventId);
    if (!at) return;
    cursor = { file: Number(at[1]), lines: Number(at[2]) };
    const event = eventOf(data);
    if (event) events.push(event);
    flushing ??= setTimeout(flush, TOGETHER_MS);
  };
  return stop;
}
