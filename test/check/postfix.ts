import { messageOf } from '../../src/shared/platform/failure.ts';
import type { Check, Figure } from '../support/check.ts';
import { arrivalFigures, boxFigures, greyFigures, leavingFigures, slowFigures, unknownFigures } from './postfix/figures.ts';
import { GREYLIST_MS, RETRY, SLOW_LIMIT } from './postfix/places.ts';
import { type Postfix, postfixMissing, postfixVersion } from './postfix/server.ts';
import { live } from './postfix/story.ts';
import { openTown } from './postfix/town.ts';

async function run(): ReturnType<Check['run']> {
  const town = await openTown();
  try {
    const story = await live(town).catch((error) => {
      throw new Error(`${messageOf(error)}. Postfix said last:\n${lastWords(town.relay)}\n${lastWords(town.neighbour)}`, { cause: error });
    });
    const figures: Figure[] = [
      ...arrivalFigures(story),
      ...unknownFigures(story),
      ...boxFigures(story),
      ...greyFigures(story),
      ...slowFigures(story),
      ...leavingFigures(story),
    ];
    const notes = [
      'The newsroom is a whole house of real processes with two senders. It hands its letters, over STARTTLS, to a Postfix set up as in ' +
        'docs/install.md, which is also the mail server of five domains and backup MX of a sixth; the sixth is another Postfix’s. Reports of both come ' +
        'back through the first to BOUNCE_PORT.',
      `So that it ends within minutes, \`limits.retry\` is ${RETRY.firstMs / 1_000} s at first and ${RETRY.longestMs / 1_000} s at most instead of 5 min and 4 h, and greylisting lasts ` +
        `${GREYLIST_MS / 1_000} s. The minute of the domain that takes ${SLOW_LIMIT} letters in one is a real one.`,
    ];
    return { with: `Postfix ${await postfixVersion()}`, figures, notes };
  } finally {
    await town.close();
  }
}

/** What a person wants to see when a check could not be carried out. */
function lastWords(postfix: Postfix): string {
  return postfix.log().trimEnd().split('\n').slice(-10).join('\n');
}

export const check: Check = {
  about: 'letters, refusals and reports of a real Postfix on loopback',
  missing: postfixMissing,
  run,
};
