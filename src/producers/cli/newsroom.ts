import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { Failure } from '../../shared/platform/failure.ts';
import { type Newsroom, topicName } from '../../shared/release/newsroom/newsroom.ts';
import { readNewsroomFile } from '../../shared/release/newsroom/newsroom-file.ts';
import type { Act, Answer, Cli } from './context.ts';
import { currentNewsroom, newsroomFile } from './newsroom-source.ts';
import { table } from './text.ts';

export function newsroomCommands(program: Command, act: Act): void {
  program
    .command('newsroom')
    .description('the newsroom file')
    .command('check')
    .description('read the newsroom file and say what is wrong; nothing is changed')
    .argument('[file]', 'else NEWSROOM, else newsroom.yaml')
    .action(act(check));
  program.command('topics').description('the topics a release may have').action(act(topics));
}

async function check(cli: Cli, file: string | undefined): Promise<Answer> {
  const path = file === undefined ? newsroomFile(cli.config()) : resolve(file);
  if (path === undefined) {
    throw new Failure(
      'no_newsroom_file',
      'There is no newsroom file. Begin with a copy:  cp newsroom.example.yaml newsroom.yaml   or set NEWSROOM to its path.',
    );
  }
  const newsroom = await readNewsroomFile(path);
  return { text: `${relative(process.cwd(), path)} is right.\n${describe(newsroom)}`, json: newsroom };
}

function describe(newsroom: Newsroom): string {
  const { topics, contacts, duty, licences } = newsroom;
  const unlisted = Object.values(topics).filter((topic) => topic.unlisted).length;
  return table([
    ['name', newsroom.name],
    ['time zone', newsroom.timezone],
    ['languages', newsroom.languages.join(', ')],
    ['topics', `${Object.keys(topics).length - unlisted} listed, ${unlisted} unlisted`],
    ['contacts', `${Object.keys(contacts).length}, on duty in ${Object.keys(duty).length} weeks`],
    ['licences', Object.keys(licences).join(', ') || 'none'],
    ['approval', newsroom.approval],
  ]);
}

function topics(cli: Cli): Promise<Answer> {
  return cli.withServices(async (services) => {
    const newsroom = await currentNewsroom(services);
    const slugs = Object.keys(newsroom.topics).sort();
    const rows = slugs.map((slug) => [
      slug,
      ...newsroom.languages.map((language) => topicName(newsroom, slug, language)),
      newsroom.topics[slug]!.unlisted ? 'unlisted: no page, no feed' : '',
    ]);
    return { text: rows.length > 0 ? table(rows) : 'This newsroom has no topics.', json: newsroom.topics };
  });
}
