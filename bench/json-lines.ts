import { createInterface } from 'node:readline';

/** Says that this child is ready; then answers each JSON object on standard input with one on standard output. */
export async function serveJsonLines<Question>(
  ready: Readonly<Record<string, unknown>>,
  answer: (question: Question) => Promise<unknown> | unknown,
): Promise<void> {
  console.log(JSON.stringify({ ready: true, ...ready }));
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify((await answer(JSON.parse(line) as Question)) ?? {}));
  }
}
