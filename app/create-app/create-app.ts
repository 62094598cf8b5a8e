import { randomBytes } from 'node:crypto';
import { Octokit } from '@octokit/rest';
import { z } from 'zod';
import { manifest } from './manifest.ts';

/** What GitHub answers once for a new App; the key is never shown again. */
const conversionSchema = z.object({
  id: z.int(),
  slug: z.string(),
  html_url: z.url(),
  pem: z.string(),
  webhook_secret: z.string(),
});

export type AppOptions = {
  name: string;
  /** The organisation that will own the App; null for the account itself. */
  organisation: string | null;
  webhookUrl: string;
  /** Where this process can be reached by the operator's browser, e.g. `http://localhost:3001`. */
  localUrl: string;
  /** Keeps the lines of the environment; see credentials-file.ts. */
  keep: (lines: string[]) => Promise<void>;
  github: string;
  api: string;
};

/**
 * The two pages of GitHub's manifest flow: a form that sends the manifest, and the return with a code that buys the credentials.
 * `state` ties the two together, so that a foreign page cannot plant its own App.
 */
export function appCreation(options: AppOptions, state = randomBytes(16).toString('hex')) {
  const target = options.organisation
    ? `${options.github}/organizations/${encodeURIComponent(options.organisation)}/settings/apps/new`
    : `${options.github}/settings/apps/new`;

  function form(): string {
    const body = JSON.stringify(
      manifest({
        name: options.name,
        webhookUrl: options.webhookUrl,
        redirectUrl: `${options.localUrl}/created`,
      }),
    );
    return `<!doctype html><title>Create the Descent App</title>
<form method="post" action="${asAttribute(`${target}?state=${state}`)}">
<input type="hidden" name="manifest" value="${asAttribute(body)}">
<p>GitHub shows the App's name and permissions next and asks you to confirm.</p><button>Create ${asAttribute(options.name)}</button></form>`;
  }

  /** @returns where to install the App. Throws when the state is foreign or GitHub refuses the code. */
  async function finish(query: { code?: string; state?: string }): Promise<string> {
    if (query.state !== state)
      throw new Error('This return does not belong to the form shown: start again from the first page.');
    const octokit = new Octokit({ baseUrl: options.api });
    const { data } = await octokit.request('POST /app-manifests/{code}/conversions', {
      code: query.code ?? '',
    });
    const app = conversionSchema.safeParse(data);
    if (!app.success) {
      // GitHub gives the key only once: an answer of another shape is saved as it is, before any error.
      await options.keep([`# GitHub's answer, not understood: ${JSON.stringify(data)}`]);
      throw new Error(`GitHub's answer is not what was expected: ${z.prettifyError(app.error)}`);
    }
    const { id, pem, webhook_secret, html_url } = app.data;
    await options.keep([
      `APP_ID=${id}`,
      `PRIVATE_KEY=${JSON.stringify(pem)}`,
      `WEBHOOK_SECRET=${webhook_secret}`,
    ]);
    return `${html_url}/installations/new`;
  }

  return { form, finish };
}

function asAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
