import { SANDBOX_UID } from '../../setup/paths.mjs';

/** Whom sandboxes run as: never root. Null: the referee is an ordinary user, and so are they. */
export function asOwner(): number | null {
  return process.getuid?.() === 0 ? SANDBOX_UID : null;
}
