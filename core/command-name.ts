/**
 * How people and agents call the command line, anywhere inside a clone. `--no`: outside a clone npx would otherwise download
 * and run a stranger's package of this name.
 */
export const DESCENT = 'npx --no descent';
