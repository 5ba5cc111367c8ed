import { absolute, hubPath } from './addresses.ts';
import type { Publisher } from './view.ts';

/** The WebSub hubs that the feeds name: our own, those of the newsroom file, or none. */
export function hubsOf({ newsroom, baseUrl }: Publisher): string[] {
  if (!newsroom.channels.includes('websub')) return [];
  return newsroom.hubs === 'own' ? [absolute(baseUrl, hubPath())] : [...newsroom.hubs];
}
