import type { Command } from 'commander';
import type { Act } from './context.ts';
import { releaseDraftCommands } from './release-draft.ts';
import { releaseLookCommands } from './release-look.ts';
import { releasePreviewCommands } from './release-preview.ts';
import { releasePublishCommands } from './release-publish.ts';

export function releaseCommands(program: Command, act: Act): void {
  const release = program.command('release').description('write, approve, publish and follow releases');
  for (const register of [releaseDraftCommands, releaseLookCommands, releasePreviewCommands, releasePublishCommands])
    register(release, act);
}
