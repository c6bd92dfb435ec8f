import { isExpression } from './expression.ts';
import { compileTemplate, type Note, type Scope } from './template.ts';

/** Whether a rule applies. */
export type Condition = (scope: Scope) => boolean;

/**
 * Compiles a condition: an expression and one of `$is` (a value), `$in` (a list of them) or `$exists` (true or false);
 * without any, that something is there.
 */
export function compileCondition(given: unknown, place: string, note: Note): Condition {
  if (!isCondition(given)) {
    note(place, 'has to be an expression with $is, $in or $exists');
    return () => false;
  }
  const { $is, $in, $exists = true, ...expression } = given;
  // Without a source it is no expression any more, and would always be there.
  const value = compileTemplate({ ...expression, $required: false }, place, note);
  if ($is !== undefined && $in !== undefined) note(place, 'has both $is and $in');
  if ($in !== undefined && !Array.isArray($in)) note(`${place}/$in`, 'has to be a list');
  const wanted: readonly unknown[] | undefined =
    $is === undefined ? (Array.isArray($in) ? $in : undefined) : [$is];
  if (wanted !== undefined) return (scope) => wanted.includes(value(scope));
  return (scope) => (value(scope) !== undefined) === $exists;
}

const isCondition = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given) && isExpression(given);
