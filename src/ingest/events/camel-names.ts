const SNAKE = /(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g;

const camel = (name: string): string =>
  name.includes('_') ? name.replace(SNAKE, (_all, letter: string) => letter.toUpperCase()) : name;

export interface CamelOptions {
  /** Called with the JSON pointer of a name that comes in both spellings; the first one stands. */
  readonly onClash: (path: string) => void;
  /** Members whose own names are words of the sender, not ours. */
  readonly asTheyAre?: ReadonlySet<string>;
}

/** The JSON value with every `snake_case` name in `camelCase`; itself where there is none. */
export function camelNames(value: unknown, options: CamelOptions, path = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    let copy: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const element: unknown = value[i];
      const named = camelNames(element, options, `${path}/${i}`);
      if (named !== element) {
        copy ??= [...value];
        copy[i] = named;
      }
    }
    return copy ?? value;
  }
  return camelMembers(value as Record<string, unknown>, options, path);
}

function camelMembers(
  given: Record<string, unknown>,
  options: CamelOptions,
  path: string,
): Record<string, unknown> {
  const names = Object.keys(given);
  let isSame = true;
  const members = names.map((name): [string, unknown] => {
    const member = given[name];
    const to = camel(name);
    const named = options.asTheyAre?.has(to) ? member : camelNames(member, options, `${path}/${name}`);
    if (to !== name || named !== member) isSame = false;
    return [to, named];
  });
  if (isSame) return given;
  const copy: Record<string, unknown> = {};
  for (const [name, member] of members) {
    if (Object.hasOwn(copy, name)) options.onClash(`${path}/${name}`);
    else copy[name] = member;
  }
  return copy;
}
