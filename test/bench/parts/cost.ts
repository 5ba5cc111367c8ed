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

/** Of that only what was not spent in the kernel. */
export function userMs(pid: number | 'self'): number {
  const [utime, , cutime] = ticks(pid);
  return (utime + cutime) * TICK_MS;
}

/** As cpuMsOfEnded, without the kernel's part. */
export function userMsOfEnded(): number {
  const [, , cutime] = ticks('self');
  return cutime * TICK_MS;
}

/** Only that of the children that have ended: of a program that this process has run to its end. */
export function cpuMsOfEnded(): number {
  const [, , cutime, cstime] = ticks('self');
  return (cutime + cstime) * TICK_MS;
}

/** Of a server and its living children: PostgreSQL works in one process for each connection. */
export function cpuMsOfTree(pid: number): number {
  return ofTree(pid, cpuMs);
}

/** Of that only what was not spent in the kernel. */
export function userMsOfTree(pid: number): number {
  return ofTree(pid, userMs);
}

function ofTree(pid: number, time: (pid: number) => number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return time(pid) + children.reduce((sum, child) => sum + ifAlive(Number(child), time), 0);
}

/** The most memory the process has had at once, in MB. */
export function peakMemoryMb(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1_024);
}

function ifAlive(pid: number, time: (pid: number) => number): number {
  try {
    return time(pid);
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
