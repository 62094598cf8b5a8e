/** Several views ask the same of a hundred thousand experiments: of one object it is found once. Nobody changes the answer. */
export function once<Asked extends object, Answer>(find: (asked: Asked) => Answer): (asked: Asked) => Answer {
  const known = new WeakMap<Asked, Answer>();
  return (asked) => {
    if (!known.has(asked)) known.set(asked, find(asked));
    return known.get(asked)!;
  };
}
