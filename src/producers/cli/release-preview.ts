import type { Command } from 'commander';
import { wrongInput } from '../../shared/platform/failure.ts';
import type { ChannelBytes } from '../../shared/preview/preview.ts';
import type { Act, Answer, Cli } from './context.ts';

/** What `release preview` prints, by the name people use. */
const FORMS = {
  page: 'page',
  rss: 'rss',
  atom: 'atom',
  json: 'json',
  ninjs: 'ninjs',
  letter: 'letterHtml',
  text: 'letterText',
} as const satisfies Record<string, keyof ChannelBytes>;
type Form = keyof typeof FORMS;

/** `release preview`: byte for byte what goes out, or would go out now. */
export function releasePreviewCommands(release: Command, act: Act): void {
  release
    .command('preview')
    .description('print a release as a channel shows it')
    .argument('<release>')
    .argument('[form]', `${Object.keys(FORMS).join(', ')} (the letter as text)`, 'text')
    .action(act(preview));
}

async function preview(cli: Cli, name: string, form: string): Promise<Answer> {
  if (!(form in FORMS)) {
    throw wrongInput('form', `"${form}" is not one.`, `Use ${Object.keys(FORMS).join(', ')}.`);
  }
  // Loaded only here: every channel's renderer is more than all other commands need.
  const { loadPreviewed } = await import('../../shared/preview/load.ts');
  const { renderChannels } = await import('../../shared/preview/preview.ts');
  return cli.withServices(async (services) => {
    const { newsroom } = await services.newsroom();
    const { view, draft, occasion } = await loadPreviewed(services.database, { release: name, newsroom, now: new Date() });
    const text = renderChannels(view, { newsroom, baseUrl: services.config.baseUrl }, occasion)[FORMS[form as Form]];
    if (!cli.options.json) cli.screen.write(text.endsWith('\n') ? text : `${text}\n`);
    return { text: '', json: { slug: view.slug, draft, form, text } };
  });
}
