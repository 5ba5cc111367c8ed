import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../shared/platform/config.ts';
import { Failure } from '../../shared/platform/failure.ts';
import type { Newsroom } from '../../shared/release/newsroom/newsroom.ts';
import { readNewsroomFile } from '../../shared/release/newsroom/newsroom-file.ts';
import { loadNewsroom, saveNewsroom, storingLogo } from '../../shared/release/newsroom/newsroom-store.ts';
import { migrate } from '../../shared/schema/migrate.ts';
import type { Services } from '../../shared/services.ts';

const INSTALLATION = join(import.meta.dirname, '../../..');

/** Used while nobody has written a newsroom file, so that a first look needs no preparation. */
const EXAMPLE = join(INSTALLATION, 'newsroom.example.yaml');

/** The newsroom file: NEWSROOM, else newsroom.yaml beside ./depesch; undefined when there is neither. */
export function newsroomFile(config: Config): string | undefined {
  const beside = join(INSTALLATION, 'newsroom.yaml');
  return config.newsroomFile ?? (existsSync(beside) ? beside : undefined);
}

/** The newsroom as the file says, else as SQL has it: what a text is checked against. */
export async function currentNewsroom(services: Services): Promise<Newsroom> {
  const file = newsroomFile(services.config);
  return file === undefined ? (await services.newsroom()).newsroom : readNewsroomFile(file);
}

export type Prepared = {
  readonly migrations: readonly string[];
  readonly newsroom: Newsroom;
  readonly changed: boolean;
  readonly from: 'file' | 'database' | 'example';
};

/** Brings schema and newsroom up to date; a changed newsroom owes pages and feeds anew. Throws InvalidInput naming what is wrong in the file. */
export async function prepareHouse(services: Services): Promise<Prepared> {
  const migrations = await migrate(services.database);
  const file = newsroomFile(services.config);
  const stored = await loadNewsroom(services.database).catch((error) => {
    if (error instanceof Failure && error.code === 'no_newsroom') return undefined;
    throw error;
  });
  if (file === undefined && stored !== undefined) return { migrations, newsroom: stored.newsroom, changed: false, from: 'database' };
  const newsroom = await readNewsroomFile(file ?? EXAMPLE, { storeLogo: storingLogo(services.database, services.config.dataDir) });
  const { changed } = await saveNewsroom(services.database, newsroom);
  services.forgetNewsroom();
  return { migrations, newsroom, changed: changed && stored !== undefined, from: file === undefined ? 'example' : 'file' };
}
