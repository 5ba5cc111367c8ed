import { openOutputFolder } from '../../../src/shared/publishing/output-folder.ts';
import { renderingHash } from '../../../src/shared/release/rendering.ts';
import type { Services } from '../../../src/shared/services.ts';
import { inventPublications } from '../../support/invented-releases.ts';
import { loadReleases } from '../../support/load-releases.ts';
import { openTestHouse, type TestHouse } from '../../support/newsroom-house.ts';

/** The processes that pages and feeds do not need. */
const OTHERS = ['email', 'delivery', 'archive', 'websub'];

/**
 * A house whose newsroom has that many releases: their rows alone, and the marks which say that they were written. The pages that a publication
 * touches are made by the first that does.
 */
export async function openFilledHouse(
  count: number,
  without: readonly string[] = OTHERS,
  environment: Record<string, string> = {},
): Promise<TestHouse> {
  return openTestHouse({ subscribers: 0, without: [...without], environment, before: (services) => fill(services, count) });
}

async function fill(services: Services, count: number): Promise<void> {
  const { database, config } = services;
  const { newsroom, hash } = await services.newsroom();
  const publications = inventPublications({ count, newsroom, until: new Date() });
  const publication = await loadReleases(database, publications, { newsroom, account: 'jonas' });
  const madeWith = renderingHash(hash, config.baseUrl);
  for (const channel of ['html', 'feeds'] as const) {
    await (await openOutputFolder(config.dataDir, channel, async () => undefined)).swap({ publication, madeWith });
  }
  await database.deleteFrom('rebuilds').execute();
}
