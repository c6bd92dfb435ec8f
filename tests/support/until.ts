/** Asks again and again until the answer is neither `undefined` nor `false`; for what a real service does in its own time. */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  within = 25_000,
): Promise<Exclude<Awaited<T>, undefined | false>> {
  const deadline = performance.now() + within;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<Awaited<T>, undefined | false>;
    if (performance.now() > deadline) throw new Error(`waited ${within} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
