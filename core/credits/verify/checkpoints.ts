import { CHECKPOINT_PATH, checkpointText, openNote, parseVerifier } from '../../formats/checkpoint.ts';
import type { Ledger } from '../../formats/ledger.ts';
import type { ChangedText, Wrong } from './walked.ts';

/**
 * What is wrong with a commit's checkpoint. Once the configuration names a key, each new ledger is signed with it in its own commit, so
 * that each checkpoint covers those before.
 */
export function wrongCheckpoint(files: readonly ChangedText[], key: string, ledger: Ledger): Wrong[] {
  const verifier = parseVerifier(key);
  if (!verifier.ok) return []; // the configuration that names it could not be read
  const { name } = verifier.value;
  const expected = `a checkpoint of event ${ledger.events}, signed by ${name}`;
  const file = files.find(({ path }) => path === CHECKPOINT_PATH);
  if (!file) return [{ expected, found: 'it was left as it was' }];
  if (file.after === null) return [{ expected, found: 'it was deleted' }];
  const note = openNote(file.after, verifier.value);
  if (!note.ok) return [{ expected, found: note.problems[0]! }];
  const { events, root } = ledger;
  return note.value === checkpointText({ origin: name, events, root })
    ? []
    : [{ expected, found: 'it is of another ledger' }];
}
