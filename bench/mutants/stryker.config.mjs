// `npm run mutants`: makes small changes in the rules (a `<` to `<=`, a condition to true) and lists those that no quick test notices.
// A part at a time: npm run mutants -- --mutate 'app/decide/audits/*.ts'. Not in continuous integration: it takes minutes to hours.

/** Code where one wrong character can lose a result. */
const WHERE = ['core/rules', 'core/text', 'core/formats', 'app/decide', 'runner/score'];

export default {
  mutate: [...WHERE.map((folder) => `${folder}/**/*.ts`), '!**/*.test.ts'],
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'bench/mutants/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  tsconfigFile: 'none', // Stryker would rewrite it by TypeScript's API of version 6, and the tests need none
  concurrency: 1,
  ignoreStatic: true, // what runs when a file is loaded, mostly tables and sentences, would need all tests each
  mutator: { excludedMutations: ['StringLiteral'] }, // wording is not what this is for
  ignorePatterns: ['action/dist', '.stryker'],
  tempDirName: '.stryker/sandbox',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.stryker/mutants.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  allowEmpty: false,
};
