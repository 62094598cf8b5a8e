import { Session } from 'node:inspector/promises';
import { basename } from 'node:path';

const WORDS = /"[^"]|`/;

/** Which branches of the sources in `folder` that hold words a piece of work leaves out, as V8 counts them. It must import them itself. */
export async function unsaid(folder: string, work: () => Promise<void>): Promise<string[]> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await session.post('Debugger.enable');
    await work();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    const left: string[] = [];
    for (const { url, scriptId, functions } of result) {
      if (!url.includes(folder) || url.includes('.test.')) continue;
      const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId });
      for (const { ranges } of functions)
        for (const { count, startOffset, endOffset } of ranges)
          if (count === 0) left.push(`${basename(url)}: ${scriptSource.slice(startOffset, endOffset)}`);
    }
    return left.filter((branch) => WORDS.test(branch));
  } finally {
    session.disconnect();
  }
}
