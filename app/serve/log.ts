/**
 * An error as the log shows it: what happened and where, nothing of what a stranger sent. Errors of webhooks and of requests carry
 * whole bodies, headers and tokens along, and anybody can cause them.
 */
export function errorForLog(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error).slice(0, LONGEST) };
  const { status, code } = error as { status?: unknown; code?: unknown };
  return {
    type: error.name,
    message: error.message.slice(0, LONGEST),
    stack: error.stack?.split('\n').slice(1, FRAMES).join('\n'),
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code }),
    ...(error.cause instanceof Error && { cause: errorForLog(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.slice(0, 5).map(errorForLog) }),
  };
}

const LONGEST = 1000;
const FRAMES = 12;
