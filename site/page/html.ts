import { type ComponentChildren, h, type VNode } from 'preact';

/** Markup as tagged templates: plain TypeScript, the same in Node and in a browser. Values are escaped, whatever strangers wrote. */
export { html } from 'htm/preact';

export type Children = ComponentChildren;

/** An element that Plot drew, as markup. */
export function vnodeOf(element: Element): VNode {
  const attributes = Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
  const children = [...element.childNodes].map((node) =>
    node.nodeType === 1 ? vnodeOf(node as Element) : node.textContent,
  );
  return h(element.localName, attributes, ...children);
}
