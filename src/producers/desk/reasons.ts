/** Who is named by a reason that says no more than who did it (`by Jonas Lind`), as the use cases write it when nobody gave another. */
export function personOf(reason: string): string | undefined {
  return /^by (.+)$/.exec(reason)?.[1];
}
