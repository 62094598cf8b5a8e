import { CHECKPOINT_PATH, checkpointText, signNote, type Verifier } from '../../core/formats/checkpoint.ts';
import { LEDGER_PATH, parseLedger } from '../../core/formats/ledger.ts';
import type { Port } from '../github/port.ts';
import type { FileWrite } from '../model/effect.ts';

/** Signs each new ledger in its own commit, where the operator gave a key. What is decided knows nothing of it. */
export function withCheckpoints(port: Port, signer: Verifier | null): Port {
  if (signer === null) return port;
  return {
    ...port,
    commit: (branch, base, message, files, ...rest) =>
      port.commit(branch, base, message, signed(files, signer), ...rest),
    commitMerge: (merge) => port.commitMerge({ ...merge, files: signed(merge.files, signer) }),
  };
}

function signed(files: FileWrite[], signer: Verifier): FileWrite[] {
  const text = files.find(({ path }) => path === LEDGER_PATH)?.content;
  const ledger = text === undefined ? null : parseLedger(text);
  if (!ledger?.ok) return files;
  const { events, root } = ledger.value;
  const note = signNote(checkpointText({ origin: signer.name, events, root }), signer);
  return [...files, { path: CHECKPOINT_PATH, content: note }];
}
