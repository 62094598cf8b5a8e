import { registerHooks } from 'node:module';

/** What GitHub's own parser says is wrong with a workflow file. */

// The package imports its schema as bundlers do, without saying that it is JSON; Node wants that said.
const hooks = registerHooks({
  resolve: (name, context, next) => {
    const found = next(name, context);
    const schema = /\/@actions\/workflow-parser\/.*\.json$/.test(found.url);
    return schema ? { ...found, importAttributes: { type: 'json' } } : found;
  },
});
const { NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
hooks.deregister();

/** @returns the first problem, with its line; null for a file that GitHub takes */
export function workflowProblem(text: string, path: string): string | null {
  const { context } = parseWorkflow({ name: path, content: text }, new NoOperationTraceWriter());
  return context.errors.getErrors()[0]?.message ?? null;
}
