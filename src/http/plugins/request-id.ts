import { randomText } from '../../platform/random-text.ts';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** Gives each request an id: the one its caller sent (`x-request-id`) when it is sane, else one of our own. */
export function requestIds(): (sent: string | readonly string[] | undefined) => string {
  // Unique over restarts and replicas by its start, inside the process by its count.
  const prefix = randomText(8);
  let count = 0;
  return (sent) => {
    if (typeof sent === 'string' && SANE.test(sent)) return sent;
    count++;
    return `${prefix}-${count}`;
  };
}
