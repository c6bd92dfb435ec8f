import { BodyFault, isForbidden } from './body-fault.ts';

interface OpenElement {
  readonly name: string;
  readonly members: Record<string, unknown>;
  text: string;
}

const MOST_DEPTH = 64;
const MOST_ELEMENTS = 100_000;
const MOST_ATTRIBUTES = 200;

/** Builds the value of an XML document as its parts come. Throws `BodyFault` where they do not fit together. */
export class XmlTree {
  readonly #root: OpenElement = { name: '', members: {}, text: '' };
  readonly #open: OpenElement[] = [];
  #elements = 0;
  #attributes = 0;

  open(name: string): void {
    if (isForbidden(name)) throw new BodyFault('The body holds a forbidden name such as `__proto__`.');
    if (this.#open.length === MOST_DEPTH) throw new BodyFault('The body nests too deep.');
    if (this.#open.length === 0 && Object.keys(this.#root.members).length > 0)
      throw new BodyFault('The body is not well-formed XML: it has two roots.');
    this.#elements += 1;
    this.#attributes = 0;
    if (this.#elements > MOST_ELEMENTS) throw new BodyFault('The body has too many elements.');
    this.#open.push({ name, members: {}, text: '' });
  }

  attribute(name: string, value: string): void {
    const { members } = this.#top();
    const key = `@${name}`;
    this.#attributes += 1;
    if (this.#attributes > MOST_ATTRIBUTES) throw new BodyFault('An element has too many attributes.');
    if (Object.hasOwn(members, key)) throw new BodyFault('The body is not well-formed XML.');
    members[key] = value;
  }

  text(text: string): void {
    const top = this.#open.at(-1);
    if (top !== undefined) top.text += text;
    else if (text.trim() !== '') throw new BodyFault('The body is not well-formed XML.');
  }

  close(name: string): void {
    const element = this.#top();
    if (element.name !== name) throw new BodyFault('The body is not well-formed XML.');
    this.#open.pop();
    addMember((this.#open.at(-1) ?? this.#root).members, name, elementValue(element));
  }

  /** The document; `{ root: … }`. */
  done(): Readonly<Record<string, unknown>> {
    if (this.#open.length > 0 || this.#elements === 0)
      throw new BodyFault('The body is not well-formed XML: it ends too early.');
    return this.#root.members;
  }

  #top(): OpenElement {
    const top = this.#open.at(-1);
    if (top === undefined) throw new BodyFault('The body is not well-formed XML.');
    return top;
  }
}

function elementValue({ members, text }: OpenElement): unknown {
  const plain = text.trim();
  if (Object.keys(members).length === 0) return plain;
  return plain === '' ? members : { ...members, '#text': plain };
}

function addMember(members: Record<string, unknown>, name: string, value: unknown): void {
  if (!Object.hasOwn(members, name)) {
    members[name] = value;
    return;
  }
  const there = members[name];
  if (Array.isArray(there)) there.push(value);
  else members[name] = [there, value];
}
