/** The value below which that share of the times lies, 0.5 being the median. */
export function percentile(times: readonly number[], share: number): number {
  const sorted = [...times].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}

/** How the middle and the slow ones were, as figures show it. */
export function spread(times: readonly number[]): string {
  const digits = percentile(times, 0.5) < 10 ? 1 : 0;
  return `p50 ${percentile(times, 0.5).toFixed(digits)} ms, p95 ${percentile(times, 0.95).toFixed(digits)} ms`;
}
