import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/**
 * Names one process for good: a pid alone is given out again after its process ended, and all of them after a reboot.
 * The start time is in clock ticks since boot on Linux, a date elsewhere; only ever compared for equality.
 */
export const ProcessIdentity = z.object({ pid: z.number().int().positive(), bootId: z.string(), startedAt: z.string() });
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** This boot of this machine. */
export function bootId(): string {
  if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return spawnSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).stdout.trim();
}

/** The identity of a living process; undefined when there is none with that pid (a zombie counts as none). */
export function findProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid);
  return startedAt === undefined ? undefined : { pid, bootId: bootId(), startedAt };
}

/** True while exactly that process lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = findProcess(identity.pid);
  return now !== undefined && now.bootId === identity.bootId && now.startedAt === identity.startedAt;
}

function startOnLinux(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // proc(5): the second field is the name in brackets and may hold anything; what follows the last bracket is fields 3 and on.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : start;
}

function startElsewhere(pid: number): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8' });
  const match = /^(\S+)\s+(.+)$/.exec(stdout.trim());
  return match === null || match[1]!.startsWith('Z') ? undefined : match[2];
}
