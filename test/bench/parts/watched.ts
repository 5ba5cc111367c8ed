import { spawn } from 'node:child_process';
import { cpuMsOfEnded, peakMemoryMb, userMsOfEnded } from './cost.ts';

/** What one run of a program took. */
export type Run = { readonly wallMs: number; readonly userMs: number; readonly cpuMs: number; readonly memoryMb: number };

/** Often enough for the peak of a program that runs for seconds. */
const LOOK_MS = 10;

/** Runs a program to its end and watches it; its time is the kernel's. Throws when it fails. */
export async function runWatched(program: string, args: readonly string[]): Promise<Run> {
  const before = { user: userMsOfEnded(), cpu: cpuMsOfEnded() };
  const began = performance.now();
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  let memoryMb = 0;
  const watch = setInterval(() => {
    try {
      memoryMb = Math.max(memoryMb, peakMemoryMb(child.pid!));
    } catch {
      // Ended between two looks.
    }
  }, LOOK_MS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => clearInterval(watch));
  const wallMs = performance.now() - began;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return { wallMs, userMs: userMsOfEnded() - before.user, cpuMs: cpuMsOfEnded() - before.cpu, memoryMb };
}
