/** The origins whose pages may read answers and open sockets: exact (`https://host[:port]`), or `*` for all. */
export type AllowedOrigins = readonly string[];

/**
 * Whether a request with this `Origin` header may be answered to a page or upgraded to a socket. A request without one
 * does not come from a page and is allowed.
 */
export function isAllowedOrigin(origin: string | undefined, allowed: AllowedOrigins): boolean {
  if (origin === undefined) return true;
  return allowed.includes('*') || allowed.includes(origin);
}
