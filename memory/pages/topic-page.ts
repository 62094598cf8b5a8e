import { DESCENT } from '../../core/command-name.ts';
import type { Topic } from '../topics.ts';
import { NOTE, PAGE_LIMIT_BYTES } from './memory-page.ts';
import { countsOf, listsOf } from './topic-section.ts';

/** One topic on a page of its own: as many experiments of each kind, up to `most`, as fit. */
export function topicPage(track: string, topic: Topic, most: number): string {
  const head = `# ${topic.name}\n\n${NOTE}\nTrack \`${track}\`: ${countsOf(topic)}. [All topics](../MEMORY.md); \`${DESCENT} search WORDS\` finds every experiment.\n\n`;
  for (let each = most; ; each -= 1) {
    const page = head + listsOf(topic, each, '../../../../');
    if (Buffer.byteLength(page) <= PAGE_LIMIT_BYTES) return page;
  }
}
