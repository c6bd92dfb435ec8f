import { ProviderError } from '../../ports/provider-error.ts';
import type { ChangeMessage } from './wire.ts';

/** More changes than this are no image of ours, however they are cut. */
const MOST_CHANGES = 50_000;

/** Large images come in segments, `SEG_START`, `SEG`…, `SEG_END`, and mean something only together. */
export class Segments {
  #start: ChangeMessage | undefined;
  #changes: unknown[] = [];

  /**
   * The whole message once its last segment is there, `pending` before; a message that is not cut passes through.
   * `broken` when a segment is missing.
   */
  push(message: ChangeMessage): ChangeMessage | 'pending' | 'broken' {
    const { segmentType } = message;
    if (message.ct === 'HEARTBEAT') return message;
    if (segmentType === undefined || segmentType === null) {
      const interrupted = this.#start !== undefined;
      this.clear();
      return interrupted ? 'broken' : message;
    }
    if (segmentType === 'SEG_START') {
      this.clear();
      this.#start = message;
    }
    const start = this.#start;
    if (!start) return 'broken';
    for (const change of message.mc ?? []) this.#changes.push(change);
    if (this.#changes.length > MOST_CHANGES) {
      this.clear();
      throw new ProviderError(
        'PROVIDER_BODY_TOO_LARGE',
        'A segmented message is larger than any image of ours',
      );
    }
    if (segmentType !== 'SEG_END') return 'pending';
    // What it is stands in the first segment, how far it goes in the last.
    const whole: ChangeMessage = {
      ...start,
      ...message,
      ct: start.ct ?? null,
      initialClk: message.initialClk ?? start.initialClk ?? null,
      mc: this.#changes,
    };
    this.clear();
    return whole;
  }

  clear(): void {
    this.#start = undefined;
    this.#changes = [];
  }
}
