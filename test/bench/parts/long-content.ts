import type { ReleaseContent } from '../../../src/shared/release/content.ts';
import { plainContent } from '../../support/newsdesk.ts';

const PARAGRAPH =
  'Regionstyrelsen beslutade på tisdagen att bibliotekens öppettider förlängs från och med måndagen. Försöket pågår till juni och följs upp ' +
  'tillsammans med kommunerna i Älvmark. Kvällsöppet prövas först i Älvstad och Lillån, där flest har frågat efter det.';

/** A release of two pages: its letter has about 30 kB, as an ordinary one of the demo. */
export function longContent(): ReleaseContent {
  const body = Array.from({ length: 24 }, (_, index) => `${PARAGRAPH} Det är punkt ${index + 1} av 24.`).join('\n\n');
  return plainContent({ body }, 'Älvbiblioteket');
}
