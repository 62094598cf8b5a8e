import { createLogUpdate } from 'log-update';

/** Draws the current lines: redrawn in place on a terminal, elsewhere only what is new. */
export function display(stream: NodeJS.WriteStream, started: number) {
  const live = stream.isTTY ? createLogUpdate(stream) : null;
  let last = new Set<string>();
  return {
    draw(lines: string[], now: number): void {
      const clock = time((now - started) / 1000);
      if (live) {
        live([`descent demo ${clock}`, ...lines].join('\n'));
        return;
      }
      // "about 12 s left" changes every second: a line is new when it differs in more than that.
      const key = (line: string) => line.replace(/, about \d+ s left/, '');
      for (const line of lines) if (!last.has(key(line))) stream.write(`${clock} ${line}\n`);
      last = new Set(lines.map(key));
    },
    done(): void {
      live?.done();
    },
  };
}

function time(seconds: number): string {
  return `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
}
