/** What stopped a command: what happened, and what to do next. `status` is the exit status of the process. */
export class CommandError extends Error {
  readonly remedy: string;
  readonly status: number;

  constructor(what: string, remedy: string, options: { status?: number; cause?: unknown } = {}) {
    super(what, { cause: options.cause });
    this.name = 'CommandError';
    this.remedy = remedy;
    this.status = options.status ?? 2;
  }
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The same, with what to do where that is known. */
export function inFull(error: unknown): string {
  return error instanceof CommandError ? `${error.message}. To do: ${error.remedy}` : messageOf(error);
}
