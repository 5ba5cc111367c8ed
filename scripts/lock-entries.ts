/** The part of package-lock.json (version 3) that concerns us. */
export type LockFile = { packages: Record<string, LockEntry> };
export type LockEntry = {
  version?: string;
  cpu?: string[];
  dev?: boolean;
  libc?: string[];
  optional?: boolean;
  os?: string[];
  peer?: boolean;
  optionalDependencies?: Record<string, string>;
};

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** Optional packages that some entry names and the lock lacks: the builds for platforms that the registry of whoever wrote the lock did not serve. */
export function missingEntries(lock: LockFile): { path: string; entry: LockEntry }[] {
  const missing: { path: string; entry: LockEntry }[] = [];
  for (const [parent, { optionalDependencies, dev, peer }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (path in lock.packages || `${parent}/node_modules/${name}` in lock.packages) continue;
      const entry: LockEntry = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true, ...(peer ? { peer } : {}) };
      missing.push({ path, entry });
    }
  }
  return missing;
}

/** The same lock with every missing entry, in npm's order. Changes nothing when it is complete. */
export function completeLock(lock: LockFile): LockFile {
  const packages = { ...lock.packages };
  for (const { path, entry } of missingEntries(lock)) packages[path] = entry;
  const sorted = Object.keys(packages).sort((a, b) => a.localeCompare(b, 'en'));
  return { ...lock, packages: Object.fromEntries(sorted.map((path) => [path, packages[path]!])) };
}

/** Reads system, processor and C library out of names such as `@biomejs/cli-linux-x64-musl`. Throws on a name that does not tell. */
export function platformOf(name: string): Pick<LockEntry, 'cpu' | 'libc' | 'os'> {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined)
    throw new Error(`package-lock.json lacks ${name}, and its name does not say for which platform it is`);
  const libc = words.includes('musl') ? ['musl'] : words.includes('gnu') ? ['glibc'] : undefined;
  return { cpu: [cpu], ...(libc ? { libc } : {}), os: [os] };
}
