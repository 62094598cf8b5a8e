/** What the GitHub App may do and hears of: the least that works, each with its reason (docs/security.md repeats them). */
export const PERMISSIONS = {
  actions: 'write', // dispatch experiment.yml, read its runs and artifacts
  checks: 'write', // the bot's state and verdicts
  contents: 'write', // records and merges on main
  issues: 'write', // labels and comments
  metadata: 'read', // every App has it
  pull_requests: 'write', // close what lost
} as const;

/**
 * `repository`: a lent machine's repository was renamed, hidden or deleted. GitHub tells every App of its installations.
 * It also sends an App that may write checks the buttons of its checks, without being asked: `check_run` and `check_suite`.
 */
export const EVENTS = ['issue_comment', 'pull_request', 'push', 'repository', 'workflow_run'] as const;

/**
 * The manifest GitHub makes an App from.
 * Source: docs.github.com, "Registering a GitHub App from a manifest".
 */
export function manifest(options: { name: string; webhookUrl: string; redirectUrl: string }) {
  return {
    name: options.name,
    url: 'https://github.com',
    public: true, // owners of machines install it on a repository of their own
    hook_attributes: { url: options.webhookUrl, active: true },
    redirect_url: options.redirectUrl,
    default_permissions: PERMISSIONS,
    default_events: EVENTS,
  };
}
