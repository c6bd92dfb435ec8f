import type { Observation } from '../domain/observation.ts';

export interface IngestSummary {
  readonly accepted: number;
  /** Observations that could not be tied to a match (no competitors and no known link), by reason. */
  readonly unresolved: number;
  /** Views that changed. */
  readonly changed: number;
}

/** The road from observation to view. Resolves once every resulting change is committed. */
export interface ObservationSink {
  accept(batch: readonly Observation[]): Promise<IngestSummary>;
}
