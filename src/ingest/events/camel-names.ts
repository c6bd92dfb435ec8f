const SNAKE = /(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g;

const camel = (name: string): string =>
  name.includes('_') ? name.replace(SNAKE, (_all, letter: string) => letter.toUpperCase()) : name;

/**
 * The JSON value with every `snake_case` name in `camelCase`; itself where there is none. Where a name comes in both
 * spellings, `onClash` is called with its JSON pointer and the first one stands.
 */
export function camelNames(value: unknown, onClash: (path: string) => void, path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      const named = camelNames(element, onClash, `${path}/${i}`);
      if (named !== element) {
        copy ??= [...value];
        copy[i] = named;
      }
    }
    return copy ?? value;
  }
  return camelMembers(value as Record<string, unknown>, onClash, path);
}

function camelMembers(
  given: Record<string, unknown>,
  onClash: (path: string) => void,
  path: string,
): Record<string, unknown> {
  const names = Object.keys(given);
  let isSame = true;
  const members = names.map((name): [string, unknown] => {
    const member = given[name];
    const to = camel(name);
    const named = camelNames(member, onClash, `${path}/${name}`);
    if (to !== name || named !== member) isSame = false;
    return [to, named];
  });
  if (isSame) return given;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of members) {
    if (Object.hasOwn(copy, name)) onClash(`${path}/${name}`);
    else copy[name] = member;
  }
  return copy;
}
