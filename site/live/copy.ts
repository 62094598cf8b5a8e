import { render } from 'preact';
import { html } from '../page/html.ts';

/** A button beside each text that is there to be copied. */
export function copyButtons() {
  for (const source of document.querySelectorAll<HTMLElement>('[data-copy]')) {
    const place = document.createElement('div');
    place.className = 'copy';
    source.after(place);
    show(place, source, '');
  }
}

function show(place: HTMLElement, source: HTMLElement, said: string) {
  const copy = async () => {
    show(place, source, ''); // so that a second time is said, too
    show(place, source, await copied(source));
  };
  render(
    html`<button type="button" onClick=${copy}>Copy ${source.dataset.copy}</button> <span role="status">${said}</span>`,
    place,
  );
}

async function copied(source: HTMLElement): Promise<string> {
  try {
    await navigator.clipboard.writeText(source.textContent ?? '');
    return 'Copied.';
  } catch {
    // No right to write there, or a page without https: the reader's own keys do it.
    getSelection()?.selectAllChildren(source);
    return 'It is selected: copy it with Ctrl+C or ⌘C.';
  }
}
