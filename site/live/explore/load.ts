import type { Columns } from '../../columns.ts';
import { loadVersion, newerVersion } from '../newer.ts';

/** The experiments, from files of so many thousand each. Null: they could not be had, or the page is being loaded anew. */
export async function loaded(files: readonly string[], range: string): Promise<Columns | 'elsewhere' | null> {
  try {
    const parts = await Promise.all(files.map(partOf));
    const all = <K extends keyof Columns>(name: K) => parts.flatMap((part) => part[name] as number[]);
    return { pull: all('pull'), minute: all('minute'), loss: all('loss'), verdict: all('verdict') };
  } catch {
    // A newer version was published, and the files of this one are gone: the newer page goes on with the same.
    const newer = await newerVersion();
    return newer && loadVersion(newer, { range }) ? 'elsewhere' : null;
  }
}

async function partOf(file: string): Promise<Columns> {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  return await answer.json();
}
