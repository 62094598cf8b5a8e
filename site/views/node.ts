/** Makes the nodes of what is drawn beside Plot's own marks. */
export function nodesOf(document: Document) {
  return (name: string, attributes: Record<string, string | number> = {}, text?: string) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name) as SVGElement;
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    if (text !== undefined) node.append(text);
    return node;
  };
}
