import { takeCoverage } from 'node:v8';

/** Imported into the bot's process before its own code: each message writes what ran since the last one. */

process.on('message', () => {
  takeCoverage();
  process.send!('taken');
});
