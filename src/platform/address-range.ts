import { isIPv4, isIPv6 } from 'node:net';

interface Range {
  readonly prefix: bigint;
  /** How many of the 128 bits count. */
  readonly bits: number;
}

/** Whether an address lies in one of the ranges. IPv4 and IPv4 written as IPv6 (`::ffff:192.0.2.1`) are the same. */
export type AddressTest = (address: string) => boolean;

/** Reads ranges (`203.0.113.0/24`, `2001:db8::/32`, or one address). `wrong` holds what is none. */
export function addressRanges(texts: readonly string[]): {
  readonly includes: AddressTest;
  readonly wrong: readonly string[];
} {
  const ranges: Range[] = [];
  const wrong: string[] = [];
  for (const text of texts) {
    const range = readRange(text);
    if (range === undefined) wrong.push(text);
    else ranges.push(range);
  }
  const includes = (address: string): boolean => {
    const number = addressNumber(address);
    if (number === undefined) return false;
    return ranges.some(({ prefix, bits }) => number >> BigInt(128 - bits) === prefix);
  };
  return { includes, wrong };
}

function readRange(text: string): Range | undefined {
  const [address = '', length, ...rest] = text.split('/');
  const number = addressNumber(address);
  if (number === undefined || rest.length > 0) return undefined;
  const isShort = isIPv4(address);
  const most = isShort ? 32 : 128;
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined;
  const given = length === undefined ? most : Number(length);
  if (given > most) return undefined;
  const bits = isShort ? given + 96 : given;
  return { prefix: number >> BigInt(128 - bits), bits };
}

const MAPPED = 0xffffn << 32n;

/** The address as one number of 128 bits, IPv4 in its place under `::ffff:0:0/96`. */
function addressNumber(text: string): bigint | undefined {
  if (isIPv4(text)) return MAPPED | ipv4Number(text);
  // A zone (`fe80::1%eth0`) is this machine's own business.
  const [address = ''] = text.split('%', 1);
  return isIPv6(address) ? ipv6Number(address) : undefined;
}

const ipv4Number = (text: string): bigint =>
  text.split('.').reduce((number, part) => (number << 8n) | BigInt(part), 0n);

function ipv6Number(text: string): bigint {
  const [head = '', tail] = text.split('::');
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const gap = Array.from({ length: 8 - front.length - back.length }, () => 0n);
  return [...front, ...gap, ...back].reduce((number, group) => (number << 16n) | group, 0n);
}

function groups(text: string): bigint[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)];
    const number = ipv4Number(group);
    return [number >> 16n, number & 0xffffn];
  });
}
