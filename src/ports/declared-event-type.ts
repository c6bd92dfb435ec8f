/** Ids of the types that need no declaration; nobody may declare one of them anew. */
export const BUILT_IN_EVENT_TYPES = [
  'live_score',
  'match_event',
  'match_status',
  'betting_odds',
  'race_result',
] as const;

/** A kind of event that an operator has declared by a JSON Schema file; checked, with an example that fits it. */
export interface DeclaredEventType {
  readonly id: string;
  readonly description: string;
  /** JSON Schema of `data`. */
  readonly schema: Readonly<Record<string, unknown>>;
  readonly example: unknown;
  /** JSON pointer into `data` of what an event is about; events of one subject keep their order. */
  readonly subject?: string;
  readonly ttlDays?: number;
}
