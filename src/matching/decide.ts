import type { MatchId, ProviderId } from '../domain/ids.ts';
import type { Match, MatchReference } from '../domain/match.ts';
import { type Evidence, probabilityOf, type ReviewCandidate, type ReviewReason } from './evidence.ts';
import { explain, type Verdict } from './judge.ts';

export type Decision =
  /** The provider's id is already linked. */
  | { readonly kind: 'linked'; readonly matchId: MatchId; readonly swapped: boolean }
  | {
      readonly kind: 'same';
      readonly matchId: MatchId;
      readonly swapped: boolean;
      readonly probability: number;
      readonly evidence: readonly Evidence[];
    }
  /** A match of its own; near misses are named for review, best first. */
  | { readonly kind: 'new'; readonly review: readonly ReviewCandidate[] }
  /** Only a link could have told. */
  | { readonly kind: 'unresolvable'; readonly why: 'no_competitors' | 'no_start' | 'no_names' };

/** A second match this close to the best, in bits (1:64), makes the best a guess. */
const CLEAR_LEAD = 6;
const REVIEW_MOST = 3;

/** What to do with a reference, by how well each known match fits it. */
export function decide(
  provider: ProviderId,
  reference: MatchReference,
  verdicts: readonly Verdict[],
): Decision {
  const sorted = [...verdicts].sort(
    (a, b) => b.bits - a.bits || (a.candidate.match.id < b.candidate.match.id ? -1 : 1),
  );
  const best = clearBest(sorted.filter(({ candidate }) => !hasLinkOf(candidate.match, provider)));
  if (best && best.doubt === undefined)
    return {
      kind: 'same',
      matchId: best.candidate.match.id,
      swapped: best.swapped,
      probability: probabilityOf(best.bits),
      evidence: explain(best, reference),
    };
  const review: ReviewCandidate[] = [];
  for (const verdict of sorted) {
    if (review.length === REVIEW_MOST) break;
    const why = reviewReason(verdict, provider);
    if (why === undefined) continue;
    const { candidate, swapped, bits } = verdict;
    review.push({
      matchId: candidate.match.id,
      swapped,
      probability: probabilityOf(bits),
      why,
      evidence: explain(verdict, reference),
    });
  }
  return { kind: 'new', review };
}

/** The one that fits far better than all others. */
export function clearBest(verdicts: readonly Verdict[]): Verdict | undefined {
  const [best, second] = [...verdicts].sort((a, b) => b.bits - a.bits);
  return best && (second === undefined || best.bits - second.bits >= CLEAR_LEAD) ? best : undefined;
}

export const hasLinkOf = (match: Match, provider: ProviderId): boolean =>
  match.links.some((link) => link.provider === provider);

/** A start so near that one provider should not have two ids for it. */
const SAME_START_BITS = 4;

function reviewReason(verdict: Verdict, provider: ProviderId): ReviewReason | undefined {
  if (!hasLinkOf(verdict.candidate.match, provider)) return verdict.doubt ?? 'ambiguous';
  return verdict.doubt === undefined && verdict.start >= SAME_START_BITS
    ? 'provider_has_other_id'
    : undefined;
}
