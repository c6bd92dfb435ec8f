import type { IncomingMessage } from 'node:http';
import { randomText } from '../../platform/random-text.ts';

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** Gives each request an id: the caller's `x-request-id` when it is sane, else one of our own. */
export function requestIds(): (request: IncomingMessage) => string {
  // Unique over restarts and replicas by its start, inside the process by its count.
  const prefix = randomText(8);
  let count = 0;
  return (request) => {
    const given = request.headers['x-request-id'];
    if (typeof given === 'string' && SANE.test(given)) return given;
    count++;
    return `${prefix}-${count.toString(36)}`;
  };
}
