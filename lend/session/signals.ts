/** How a process is told to end, and what it means here. A closed terminal is like `kill`. */
const WORDS = {
  SIGINT: 'interrupt',
  SIGTERM: 'stop',
  SIGHUP: 'stop',
  SIGUSR2: 'finish',
} as const;

/** Hears the signals of a process, until the function that it returns is called. */
export function listenToSignals(
  process: NodeJS.Process,
): (hear: (word: 'interrupt' | 'stop' | 'finish') => void) => () => void {
  return (hear) => {
    const all = Object.entries(WORDS).map(([signal, word]) => [signal, () => hear(word)] as const);
    for (const [signal, listener] of all) process.on(signal, listener);
    return () => {
      for (const [signal, listener] of all) process.off(signal, listener);
    };
  };
}
