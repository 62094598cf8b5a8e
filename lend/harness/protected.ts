/**
 * Which files decide what runs on an owner's machine outside the sandbox. A change of one of them needs the owner's word; a change of
 * any other reaches no job: the bot, the pages, the results, and `train/train.py`, which runs in the sandbox alone.
 */

/** One changed entry of a commit's tree. */
export interface Change {
  path: string;
  /** Git's mode of the new entry; 000000 when it is gone. */
  mode: string;
}

const FOLDERS = ['.github', 'action', 'runner', 'core', 'setup', 'train'];

/** In train/, where Python takes any module beside the harness for one of its own. */
const FREE_IN_TRAIN = /^train\/(?:train\.py|[^/]+\.md|(?:[^/]+\/)*[a-z0-9_]+_test\.py)$/;

/** Names by which npm, uv, pip and git are told what to install or how to check files out; wherever they are, since each looks around. */
const TELLS_TOOLS =
  /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-(?:lock|workspace)\.yaml|pyproject\.toml|uv\.toml|uv\.lock|setup\.(?:py|cfg)|requirements.*\.txt|node_modules)$/;

/** `python -m pip`, started in the checkout, takes modules from there. */
const PYTHON = /\.(?:py|pyc|pyd|pyw|pyz|pth|so|zip|egg|whl)$/;

const LINK = '120000';
const SUBMODULE = '160000';

/** @returns whether this change decides what runs */
export function isProtected({ path, mode }: Change): boolean {
  if (mode === LINK || mode === SUBMODULE) return true;
  // Some disks take two spellings for one name.
  const plain = path.normalize('NFKC').toLowerCase();
  if (FREE_IN_TRAIN.test(path)) return false;
  const parts = plain.split('/');
  if (FOLDERS.includes(parts[0]!)) return true;
  if (!/^[\x20-\x7e]*$/.test(parts[0]!)) return true;
  return parts.some((part) => part.startsWith('.') || TELLS_TOOLS.test(part)) || PYTHON.test(plain);
}
