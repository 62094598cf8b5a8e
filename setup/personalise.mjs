// Writes the repository's own name into the pages that people and agents read. Run it before the first push, and after a rename.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HELP = `Usage: node setup/personalise.mjs OWNER/REPO

Replaces the name of the repository in README.md, AGENTS.md, llms.txt, docs/ and the issue forms.
It only changes files. Check them with \`git diff\`, then commit.

Example:
  node setup/personalise.mjs ada/nanochat-descent`;

const NAME = /^[A-Za-z0-9-]{1,39}\/[A-Za-z0-9._-]{1,100}$/;
/** The sentence for agents. It holds the current name. */
const SENTENCE = /Read https:\/\/github\.com\/(\S+\/\S+) and follow/;

/** @param {string} repository root of the checkout */
function pages(repository) {
  const inFolder = (/** @type {string} */ folder, /** @type {RegExp} */ files) =>
    readdirSync(join(repository, folder))
      .filter((name) => files.test(name))
      .map((name) => join(folder, name));
  return [
    ...inFolder('.', /^(README|AGENTS|SECURITY)\.md$|^llms\.txt$/),
    ...inFolder('docs', /\.md$/),
    ...inFolder('.github/ISSUE_TEMPLATE', /\.yml$/),
  ];
}

/**
 * @param {string} repository root of the checkout
 * @param {string} name OWNER/REPO
 * @returns {string[]} the files that changed
 */
export function personalise(repository, name) {
  const before = SENTENCE.exec(readFileSync(join(repository, 'README.md'), 'utf8'))?.[1];
  if (!before)
    throw new Error(
      'README.md has no sentence "Read https://github.com/OWNER/REPO and follow ...". Restore it.',
    );
  const old = new RegExp(`(?<![\\w.-])${before.replaceAll(/[.\\/]/g, '\\$&')}(?![\\w-])`, 'g');
  return pages(repository).filter((page) => {
    const path = join(repository, page);
    const text = readFileSync(path, 'utf8');
    const changed = text.replace(old, () => name);
    if (changed !== text) writeFileSync(path, changed);
    return changed !== text;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name = ''] = process.argv.slice(2);
  if (name === '--help' || name === '-h') console.log(HELP);
  else if (!NAME.test(name)) {
    console.error(`"${name}" is not the name of a repository, such as ada/nanochat-descent.\n\n${HELP}`);
    process.exitCode = 2;
  } else {
    const changed = personalise(dirname(dirname(fileURLToPath(import.meta.url))), name);
    console.log(
      changed.length === 0
        ? `The pages name ${name} already.`
        : `${name} stands in ${changed.join(', ')} now.`,
    );
  }
}
