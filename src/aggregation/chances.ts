import { type EpochMs, type Millis, seconds } from '../domain/time.ts';
import {
  arrival,
  type Held,
  isNew,
  isNext,
  isRetreat,
  type Scene,
  type Voice,
  wasLeft,
  wentBack,
} from './scene.ts';

// Prior log-odds of another value against the one held, where it is not simply the next one:
/** sources went back to it: corrections are rare, one in e^5 = 150 looks */
export const CORRECTED = -5;
/** the one held was brought by a source that nobody followed */
const UNCONFIRMED = -2;
/** Caches and late reports are put right within minutes, if not always. */
const SLIP_LASTS: Millis = seconds(60);
const SLIP_LEAST = 0.1;
const ASTRAY = 0.3;
/** How long before its first report a change may have happened: where the integral over that is sampled. */
const HEAD_STARTS: readonly Millis[] = [0, 0.7, 1.5, 2.5, 3.5, 5, 7, 9, 12, 17, 24, 33, 45].map(seconds);

/** Logarithm of how usual it is to go from the value held to `to`, evidence aside. */
export function prior<T>(scene: Scene<T>, to: T): number {
  const { topic, held } = scene;
  if (held === undefined || topic.relation(to, held.value) === 'same') return 0;
  if (isNext(scene, held, to)) return topic.step(held.value, to);
  if (topic.isMirrored(to, held.value)) return 0;
  if (topic.relation(to, held.value) === 'ahead' && isNew(scene, held, to)) return topic.step(held.value, to);
  return topic.relation(to, held.value) === 'behind' && !isRetreat(scene, held, to)
    ? UNCONFIRMED
    : scene.corrected;
}

/** Prior log-odds of another value against the one held, whichever of them came first. */
export function oddsOf<T>(scene: Scene<T>, held: Held<T>, value: T): number {
  switch (scene.topic.relation(value, held.value)) {
    case 'ahead':
      return scene.topic.step(held.value, value);
    case 'behind':
      return isRetreat(scene, held, value) ? scene.corrected : -scene.topic.step(value, held.value);
    case 'peer':
      return CORRECTED;
    default:
      // A goal given to the wrong side: the one is as likely as the other.
      return 0;
  }
}

/** What a voice says if some value is true: with a fixed chance, or it has not heard yet of what is so old. */
type Chance = number | { readonly behindSince: EpochMs };

/** Logarithm of how likely the sources say what they say if `truth` is true, each by its weight. */
export function likelihood<T>(scene: Scene<T>, truth: T): number {
  const { topic, held, voices } = scene;
  const isHeld = held !== undefined && topic.relation(truth, held.value) === 'same';
  const began = beganOf(scene, truth, isHeld);
  let log = 0;
  const behind: Voice<T>[] = [];
  for (const voice of voices) {
    const chance = chanceOf(scene, truth, voice, isHeld, began);
    if (typeof chance === 'number') log += weightOf(scene, voice) * Math.log(chance);
    else if (chance.behindSince === began && !isHeld) behind.push(voice);
    else log += weightOf(scene, voice) * Math.log(lateness(voice, chance.behindSince));
  }
  return behind.length === 0 ? log : log + silence(scene, truth, began, behind);
}

/** When it came to be so, if it did; what went to the wrong side happened when it was first told, either way. */
function beganOf<T>(scene: Scene<T>, truth: T, isHeld: boolean): EpochMs {
  const { held, topic } = scene;
  if (held === undefined) return arrival(scene, truth);
  if (isHeld) return held.since;
  const came = arrival(scene, truth);
  return topic.isMirrored(truth, held.value) && held.since < came ? held.since : came;
}

function chanceOf<T>(scene: Scene<T>, truth: T, voice: Voice<T>, isHeld: boolean, began: EpochMs): Chance {
  const { topic, held } = scene;
  const { profile } = voice;
  const relation = topic.relation(voice.value, truth);
  if (relation === 'same') return profile.right;
  if (held === undefined)
    return relation === 'behind' ? profile.right * profile.late(0) : wrong(scene, truth, voice);
  if (isHeld) {
    if (relation === 'behind')
      return wentBack(topic, voice, truth, began) ? slip(voice) : { behindSince: began };
    const isOld = voice.since < began && (relation === 'peer' || wasLeft(scene, held, voice.value));
    return isOld ? { behindSince: began } : wrong(scene, truth, voice);
  }
  if (topic.relation(voice.value, held.value) === 'same') {
    // It has not heard of the change yet; but nobody is late for a value that no source came to.
    const onward = topic.relation(truth, held.value);
    const canBeLate = onward === 'ahead' || onward === 'peer' || isRetreat(scene, held, truth);
    return canBeLate ? { behindSince: began } : wrong(scene, truth, voice);
  }
  // Out of touch before it: that says nothing of this change.
  if (relation === 'behind' && !wentBack(topic, voice, truth, began)) return { behindSince: held.since };
  return wrong(scene, truth, voice);
}

/** What a source that was wrong a moment ago says next is likely wrong in the same way. */
function weightOf<T>({ topic, held }: Scene<T>, { value, before, weight }: Voice<T>): number {
  if (held === undefined || before === undefined || topic.relation(before, held.value) !== 'apart')
    return weight;
  const relation = topic.relation(value, held.value);
  return relation === 'ahead' || relation === 'apart' ? weight * ASTRAY : weight;
}

function wrong<T>({ topic }: Scene<T>, truth: T, { value, profile }: Voice<T>): number {
  return topic.isMirrored(value, truth) ? profile.mirrored : profile.madeUp;
}

/** That the voice took back what stands: slips do not last. */
function slip<T>({ profile, since, heardUntil }: Voice<T>): number {
  return profile.backWrong * Math.max(SLIP_LEAST, Math.exp((since - heardUntil) / SLIP_LASTS));
}

/** That the voice has not followed by the time it was heard. */
const lateness = <T>({ profile, heardUntil }: Voice<T>, since: EpochMs): number =>
  Math.max(profile.madeUp, profile.right * profile.late(heardUntil - since));

/**
 * Logarithm of how likely all those have not followed yet: over the moments when it may have happened, as those who
 * tell it are usually late.
 */
function silence<T>(
  { topic, voices }: Scene<T>,
  truth: T,
  began: EpochMs,
  behind: readonly Voice<T>[],
): number {
  const tellers = voices.filter(
    (voice) => voice.profile.density && voice.since >= began && topic.relation(voice.value, truth) === 'same',
  );
  let chance = 0;
  let all = 0;
  for (const headStart of tellers.length === 0 ? HEAD_STARTS.slice(0, 1) : HEAD_STARTS) {
    let usual = 1;
    for (const { profile, since } of tellers) usual *= profile.density?.(since - began + headStart) ?? 1;
    let log = 0;
    for (const voice of behind)
      log += voice.weight * Math.log(lateness(voice, (began - headStart) as EpochMs));
    chance += usual * Math.exp(log);
    all += usual;
  }
  return Math.log(all > 0 ? chance / all : 1);
}

/**
 * About when what is told began: earlier than its first report, by as much as those who tell it are usually late; now,
 * as long as that is not known.
 */
export function happened<T>({ topic, voices, now }: Scene<T>, truth: T, began: EpochMs): EpochMs {
  let latest: number | undefined;
  for (const { value, profile, since } of voices)
    if (profile.median !== undefined && since >= began && topic.relation(value, truth) === 'same') {
      const estimate = since - profile.median;
      if (latest === undefined || estimate > latest) latest = estimate;
    }
  return (latest === undefined ? now : Math.min(began, latest)) as EpochMs;
}
