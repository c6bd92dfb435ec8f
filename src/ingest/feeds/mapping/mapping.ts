import type { EpochMs } from '../../../domain/time.ts';
import type { FeedMapping, FeedMappingRule } from '../../../ports/feed-declaration.ts';
import { type Condition, compileCondition } from './condition.ts';
import { CONVERSIONS, INSTANT_FORMS, instantAs } from './conversion.ts';
import { MappingFault } from './mapping-fault.ts';
import { lookUp, readPointer } from './pointer.ts';
import { compileTemplate, type Note, type Scope, type Template } from './template.ts';

/** An event as a feed's mapping makes it. Without `id`, the delivery names it. */
export interface MappedEvent {
  readonly eventType: string;
  readonly data: unknown;
  readonly id?: string;
  readonly occurredAt?: EpochMs;
}

/** Makes events of a body. Throws `MappingFault`. */
export type Mapping = (
  body: unknown,
  headers: Readonly<Record<string, string | undefined>>,
) => readonly MappedEvent[];

/** More than any provider puts in one delivery; a bound on the work that one request can ask for. */
const MOST_EVENTS = 1_000;

interface Rule {
  readonly items: (scope: Scope) => readonly Scope[];
  readonly applies: (scope: Scope) => boolean;
  readonly make: (scope: Scope) => MappedEvent;
}

/** Compiles a declared mapping; what is wrong with it is noted with its place, and it then makes nothing. */
export function compileMapping({ events, otherwise = 'refuse' }: FeedMapping, note: Note): Mapping {
  const rules = events.map((rule, index) => compileRule(rule, `/mapping/events/${index}`, note));
  return (body, headers) => {
    const made: MappedEvent[] = [];
    for (const rule of rules) {
      for (const scope of rule.items({ item: body, body, headers })) {
        if (!rule.applies(scope)) continue;
        if (made.length === MOST_EVENTS)
          throw new MappingFault('/mapping', `makes more than ${MOST_EVENTS} events of one delivery`);
        made.push(rule.make(scope));
      }
    }
    if (made.length === 0 && otherwise === 'refuse')
      throw new MappingFault('/mapping/events', 'has no rule that applies to this body');
    return made;
  };
}

function compileRule(rule: FeedMappingRule, place: string, note: Note): Rule {
  const conditions: readonly Condition[] = (rule.when ?? []).map((condition, index) =>
    compileCondition(condition, `${place}/when/${index}`, note),
  );
  const part = (name: 'eventType' | 'id' | 'data') => compileTemplate(rule[name], `${place}/${name}`, note);
  const [eventType, id, data] = [part('eventType'), part('id'), part('data')];
  const occurredAt = compileInstant(rule.occurredAt, `${place}/occurredAt`, note);
  return {
    items: compileEach(rule.each, place, note),
    applies: (scope) => conditions.every((holds) => holds(scope)),
    make: (scope) => {
      const type = eventType(scope);
      if (typeof type !== 'string') throw new MappingFault(`${place}/eventType`, 'finds no type in the body');
      const named = idOf(id(scope), `${place}/id`);
      const at = occurredAt(scope);
      return {
        eventType: type,
        data: data(scope) ?? {},
        ...(named !== undefined && { id: named }),
        ...(at !== undefined && { occurredAt: at }),
      };
    },
  };
}

function compileEach(each: string | undefined, place: string, note: Note): Rule['items'] {
  if (each === undefined) return (scope) => [scope];
  const pointer = readPointer(each);
  if (pointer === undefined) note(`${place}/each`, 'has to be a JSON pointer');
  return (scope) => {
    const list = lookUp(scope.item, pointer ?? []);
    if (list === undefined) return [];
    return (Array.isArray(list) ? list : [list]).map((item) => ({ ...scope, item }));
  };
}

const LONGEST_ID = 160;

function idOf(value: unknown, place: string): string | undefined {
  if (value === undefined) return undefined;
  const text = CONVERSIONS.get('text')?.(value);
  if (typeof text !== 'string' || text === '' || text.length > LONGEST_ID)
    throw new MappingFault(place, `has to be text of 1 to ${LONGEST_ID} characters, or a whole number`);
  return text;
}

/** The sender's time: `$as` here says how it is written, and it is an instant that comes out. */
function compileInstant(given: unknown, place: string, note: Note): (scope: Scope) => EpochMs | undefined {
  if (given === undefined) return () => undefined;
  const { $as: form = 'iso', ...expression } = given as Record<string, unknown>;
  if (typeof given !== 'object' || !INSTANT_FORMS.includes(String(form)))
    note(place, `has to be an expression with $as one of ${INSTANT_FORMS.join(', ')}`);
  const template: Template = compileTemplate(expression, place, note);
  return (scope) => {
    const value = template(scope);
    if (value === undefined) return undefined;
    const at = instantAs(String(form), value);
    if (at === undefined) throw new MappingFault(place, `cannot read the time as ${form}`);
    return at;
  };
}
