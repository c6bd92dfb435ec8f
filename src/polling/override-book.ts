import type { Millis } from '../domain/time.ts';
import type { PollingOverride, PollingScope } from '../ports/polling.ts';
import type { DataKind, PollTarget } from '../ports/provider.ts';

/** One text for a scope and kind, so that a later override of the same replaces the earlier. */
export function scopeKey(scope: PollingScope, kind: DataKind | null): string {
  const level =
    scope.taskId !== undefined
      ? `task:${scope.taskId}`
      : scope.matchId !== undefined
        ? `match:${scope.matchId}`
        : scope.league !== undefined
          ? `league:${scope.league}`
          : scope.sport !== undefined
            ? `sport:${scope.sport}`
            : 'default';
  return `${level}|${kind ?? '*'}`;
}

interface Found {
  readonly interval: Millis;
  readonly source: string;
}

/** The operators' overrides by scope. The most specific one wins; one for a kind wins over one for both. */
export class OverrideBook {
  readonly #byKey: ReadonlyMap<string, PollingOverride>;

  constructor(overrides: readonly PollingOverride[] = []) {
    this.#byKey = new Map(overrides.map((override) => [scopeKey(override.scope, override.kind), override]));
  }

  all(): readonly PollingOverride[] {
    return [...this.#byKey.values()];
  }

  forTask(taskId: string, kind: DataKind): Found | undefined {
    return this.#find({ taskId }, kind, 'override:task');
  }

  forMatch(
    match: { readonly matchId: string; readonly league: string },
    target: PollTarget,
  ): Found | undefined {
    const { kind, sport } = target;
    return (
      this.#find({ matchId: match.matchId as PollingScope['matchId'] & string }, kind, 'override:match') ??
      this.#find({ league: match.league }, kind, 'override:league') ??
      this.#find({ sport }, kind, 'override:sport') ??
      this.#find({}, kind, 'override:default')
    );
  }

  #find(scope: PollingScope, kind: DataKind, source: string): Found | undefined {
    if (this.#byKey.size === 0) return undefined;
    const found = this.#byKey.get(scopeKey(scope, kind)) ?? this.#byKey.get(scopeKey(scope, null));
    return found && { interval: found.interval, source };
  }
}
