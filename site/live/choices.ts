/** What a reader chose stands in the address, so that it can be sent to others. */
export function chosen(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

/** The address of this page with these choices. @param values null: as it is without a choice */
export function addressWith(values: Record<string, string | null>): string {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const asked = query.size > 0 ? `?${query}` : location.pathname;
  return `${asked}${location.hash}`;
}

/** Keeps them in the address of the page that is open. */
export function choose(values: Record<string, string | null>) {
  history.replaceState(null, '', addressWith(values));
}

/** The boxes that hide parts of a chart: the sheet does it, the address keeps it. */
export function keepParts() {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('.parts input')];
  const hidden = new Set(chosen('hide')?.split(','));
  for (const box of boxes) {
    if (hidden.has(box.name)) box.checked = false;
    box.addEventListener('change', () => {
      const names = boxes.filter(({ checked }) => !checked).map(({ name }) => name);
      choose({ hide: names.length > 0 ? names.join(',') : null });
    });
  }
}
