import type { Command } from 'commander';
import { accountCommands } from './accounts.ts';
import { archiveCommands } from './archive.ts';
import { backupCommands } from './backup.ts';
import { bounceCommands } from './bounces.ts';
import type { Act } from './context.ts';
import { houseCommands } from './house.ts';
import { hubCommands } from './hub.ts';
import { lettersCommands } from './letters.ts';
import { mailCommands } from './mail.ts';
import { newsroomCommands } from './newsroom.ts';
import { releaseCommands } from './release.ts';
import { subscriberCommands } from './subscribers.ts';
import { suppressionCommands } from './suppressions.ts';
import { upCommands } from './up.ts';
import { webhookCommands } from './webhooks.ts';
import { workCommands } from './work.ts';

/** Puts every command into the program, in the order in which its help names them; cli.ts adds the demo, which it alone can draw. */
export function addCommands(program: Command, act: Act): void {
  for (const add of [
    upCommands,
    workCommands,
    houseCommands,
    archiveCommands,
    backupCommands,
    newsroomCommands,
    accountCommands,
    releaseCommands,
    lettersCommands,
    subscriberCommands,
    suppressionCommands,
    bounceCommands,
    webhookCommands,
    hubCommands,
    mailCommands,
  ])
    add(program, act);
}
