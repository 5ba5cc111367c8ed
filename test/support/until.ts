/** Asks every few milliseconds until the answer is not undefined or false; throws with `what` after `ms`. For facts that nobody announces. */
export async function until<T>(what: string, ask: () => T | Promise<T>, ms = 15_000): Promise<Exclude<T, undefined | null | false>> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer as Exclude<T, undefined | null | false>;
    if (performance.now() > giveUpAt) throw new Error(`never happened within ${ms} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
