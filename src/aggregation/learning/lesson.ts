import type { ProviderId } from '../../domain/ids.ts';
import type { SportId } from '../../domain/sports/index.ts';
import type { Millis } from '../../domain/time.ts';

/** What a match taught us of a source, once it was clear what had been true. */
export type Lesson = { readonly sport: SportId } & (
  | {
      /** A change that is beyond doubt: how long after it happened each source told it; `undefined`: not at all. */
      readonly kind: 'change';
      readonly delays: readonly { readonly provider: ProviderId; readonly delay: Millis | undefined }[];
      /** It was taken back afterwards. */
      readonly corrected: boolean;
      /** Time of play since the last one. */
      readonly played: Millis;
    }
  | {
      /** A score that a source said, and what became of it. */
      readonly kind: 'said';
      readonly provider: ProviderId;
      readonly outcome: 'right' | 'mirrored' | 'madeUp';
      readonly silence: Millis | undefined;
      /** Who said the same wrong score at about that time. */
      readonly together: readonly ProviderId[];
    }
  | {
      /** A source took back what stood. */
      readonly kind: 'retreat';
      readonly provider: ProviderId;
      readonly isTrue: boolean;
    }
);
