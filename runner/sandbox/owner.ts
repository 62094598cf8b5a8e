import { SANDBOX_UID } from '../../setup/paths.mjs';

/** The user that sandboxes run as: never root. Null: the referee is an ordinary user, and sandboxes run as that user. */
export function asOwner(): number | null {
  return process.getuid?.() === 0 ? SANDBOX_UID : null;
}
