import { readFileSync } from 'node:fs';

/*
 * What processes have cost so far, from Linux' own books (proc(5)).
 */

/** Linux counts processor time in hundredths of a second for everybody (USER_HZ). */
const TICK_MS = 10;

/** Processor time of a process in ms, its children included that have ended and been waited for. */
export function cpuMs(pid: number | 'self'): number {
  const [utime, stime, cutime, cstime] = ticks(pid);
  return (utime + stime + cutime + cstime) * TICK_MS;
}

/** Only that of the children that have ended: of a program that this process has run to its end. */
export function cpuMsOfEnded(): number {
  const [, , cutime, cstime] = ticks('self');
  return (cutime + cstime) * TICK_MS;
}

/** Of a server and its living children: PostgreSQL works in one process for each connection. */
export function cpuMsOfTree(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return cpuMs(pid) + children.reduce((sum, child) => sum + cpuMsIfAlive(Number(child)), 0);
}

/** The most memory the process has had at once, in MB. */
export function peakMemoryMb(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

function cpuMsIfAlive(pid: number): number {
  try {
    return cpuMs(pid);
  } catch {
    // Ended meanwhile: its time is now in its parent's.
    return 0;
  }
}

function ticks(pid: number | 'self'): [number, number, number, number] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold anything; state is the first field behind it, utime the twelfth.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).map(Number) as [number, number, number, number];
}
