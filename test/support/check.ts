import { spawn } from 'node:child_process';

/** One measured thing, and whether it is as it should be. */
export type Figure = { readonly what: string; readonly found: string; readonly wanted: string; readonly right: boolean };

/** What a file under test/check/ exports as `check`. */
export type Check = {
  /** One sentence: what is checked, by which software. */
  readonly about: string;
  /** A sentence with a remedy when software it needs is not there. */
  missing(): Promise<string | undefined>;
  /** `notes` are lines for docs/checks.md below the figures. Throws when the check itself cannot be carried out. */
  run(): Promise<{ readonly with: string; readonly figures: readonly Figure[]; readonly notes?: readonly string[] }>;
};

export type Ran = { readonly status: number | null; readonly out: string; readonly err: string };

/** Runs a program to its end; one that is not there has status null. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'pipe', env: options.env ?? process.env });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (out += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece));
    child.once('error', (error) => resolve({ status: null, out, err: error.message }));
    child.once('close', (status) => resolve({ status, out, err }));
    // A program that ends without reading is judged by its status.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
