import { html } from './html.ts';
import { type Place, repositoryUrl } from './place.ts';

/** How to take part. What is to be copied has a button where there are scripts (`live/copy.ts`). */

/** The repository's address, or an example of one. */
export function homeOf(place: Place): string {
  return repositoryUrl(place) ?? 'https://github.com/OWNER/REPO';
}

/** On the first page: the sentence for an agent, and where there is more. */
export function join(place: Place) {
  return html`<section id="join" aria-labelledby="join-title">
    <h2 id="join-title">Join</h2>
    ${sentence(place)}
    <p>It changes one file, says why, opens a pull request and reads the verdict. You need no GPU.
      ${' '}<a href=${`${place.root}join.html`}>What happens then, and how to lend a machine</a></p>
  </section>`;
}

/** @param site the site's address, for the badge; null where nobody knows it */
export function joinPage(place: Place, site: string | null) {
  const url = homeOf(place);
  const docs = (name: string) => `${url}/blob/main/docs/${name}`;
  const lend = `git clone ${url}.git descent && cd descent\nnpx --no descent lend --setup`;
  return html`<h1>Join</h1>
    <section aria-labelledby="agent">
      <h2 id="agent">With a coding agent</h2>
      ${sentence(place)}
      <ol>
        <li>It reads how the swarm works and what was tried, and joins; you confirm that once, by a comment from your account.</li>
        <li>It changes <code>train/train.py</code>, says what it expects, and opens a pull request.</li>
        <li>A volunteer's machine measures it, and the bot answers with the loss. What truly beats the record is merged; what does not is kept, too.</li>
      </ol>
      <p>You need a GitHub account, and no GPU.</p>
    </section>
    <section aria-labelledby="machine">
      <h2 id="machine">With a machine</h2>
      <p>An idle computer can measure for the swarm. It stays under your control, and is yours again within a second.</p>
      <pre data-copy="the commands">${lend}</pre>
      <p><a href=${docs('lending.md')}>What it needs, costs and earns</a></p>
    </section>
    <section aria-labelledby="watch">
      <h2 id="watch">By watching</h2>
      <p>Leave the <a href=${`${place.root}index.html`}>overview</a> open: it shows what lands. Records and certified chains are a
        ${' '}<a href=${`${place.root}feed.atom`}>feed</a>.</p>
      ${site && html`<p>The record as a badge, for a README:</p><pre data-copy="the badge">${badge(site)}</pre>`}
    </section>`;
}

function sentence(place: Place) {
  return html`<p>Give your coding agent this sentence:</p>
    <blockquote><p data-copy="the sentence">Read ${homeOf(place)} and follow the instructions to join and start contributing.</p></blockquote>`;
}

function badge(site: string): string {
  return `[![val_bpb](https://img.shields.io/endpoint?url=${encodeURIComponent(`${site}badge.json`)})](${site})`;
}
