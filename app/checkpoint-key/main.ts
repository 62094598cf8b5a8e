import { Command } from 'commander';
import { newKey } from '../../core/formats/checkpoint.ts';

/** Makes a key for checkpoints of the ledger. Nothing is kept: what it prints is all there is. */
const [name] = new Command('npm run checkpoint-key --')
  .description('Makes a key that signs each new ledger (docs/ledger.md), and prints it once.')
  .argument('<name>', 'whose ledger it is, such as github.com/OWNER/REPO')
  .addHelpText('after', '\nExample:\n  npm run --silent checkpoint-key -- github.com/ada/descent')
  .parse().args;

const { signer, verifier } = newKey(name!);
process.stdout.write(
  `For the environment of the bot alone:\n  DESCENT_LEDGER_KEY=${signer}\n\nFor .github/descent.yml, afterwards:\n  ledger: { key: '${verifier}' }\n`,
);
