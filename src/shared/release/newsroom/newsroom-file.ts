import { dirname } from 'node:path';
import { InvalidInput, type Problem } from '../../platform/failure.ts';
import { CHANNELS } from '../../schema/tables.ts';
import { pathOf, problemsOf } from '../problems.ts';
import { readText } from '../read-text.ts';
import { checkNewsroom } from './check-newsroom.ts';
import { readableOn } from './colours.ts';
import { weeksOf } from './duty.ts';
import type { Newsroom } from './newsroom.ts';
import { readLogos, type StoreLogo } from './newsroom-logo.ts';
import { NEWSROOM_REMEDIES, NewsroomShape, REMARK_AFTER_ADDRESS } from './newsroom-shape.ts';
import { readTexts } from './newsroom-texts.ts';
import { PAPERS } from './palette.ts';
import { readYaml, type YamlFile } from './yaml-file.ts';

/** The accent until a newsroom chooses its own: a dark blue that reads on paper, and its light sister. */
const ACCENT = { light: '#0b5c8a', dark: '#7cc0ea' };

export type NewsroomOptions = {
  /** Keeps logos (newsroom-store.ts). Without it they are looked at, and the newsroom has none. */
  readonly storeLogo?: StoreLogo;
};

/** The newsroom of that file, every default filled in. Throws InvalidInput with every problem, each with file and line. */
export async function readNewsroomFile(path: string, options: NewsroomOptions = {}): Promise<Newsroom> {
  const { newsroom, problems } = await inspectNewsroomFile(path, options);
  if (!newsroom) throw new InvalidInput(problems.filter((problem) => problem.severity === 'error'));
  return newsroom;
}

/** The same with advice; `newsroom` is undefined when something forbids using the file. */
export async function inspectNewsroomFile(
  path: string,
  options: NewsroomOptions = {},
): Promise<{ newsroom: Newsroom | undefined; problems: readonly Problem[] }> {
  const file = await readText(path);
  const problems: Problem[] = [...file.problems];
  if (problems.some((problem) => problem.severity === 'error')) return { newsroom: undefined, problems };
  const yaml = readYaml(file.text, file.name);
  problems.push(...yaml.problems);
  if (yaml.value === undefined) return { newsroom: undefined, problems };
  const locate = locator(file.name, yaml);
  const texts = await readTexts(yaml.value, dirname(path));
  problems.push(...texts.problems.map(locate));
  const parsed = NewsroomShape.safeParse(texts.value ?? {});
  if (!parsed.success) {
    const known = new Set(problems.map((problem) => problem.at));
    const found = problemsOf(parsed.error, texts.value, NewsroomShape, NEWSROOM_REMEDIES).map(named).map(locate);
    // A line that YAML could not read has been explained already.
    problems.push(...found.filter((problem) => !known.has(problem.at)));
    return { newsroom: undefined, problems };
  }
  const newsroom = fill(parsed.data);
  problems.push(...[...checkNewsroom(parsed.data, newsroom), ...remarks(yaml.value)].map(locate));
  const logos = await readLogos(dirname(path), parsed.data);
  problems.push(...logos.problems.map(locate));
  if (problems.some((problem) => problem.severity === 'error')) return { newsroom: undefined, problems };
  const kept = options.storeLogo ? await logos.store(options.storeLogo) : {};
  return { newsroom: { ...newsroom, ...kept }, problems };
}

function fill(shape: NewsroomShape): Newsroom {
  const {
    lateness,
    staffShown,
    colours,
    licences,
    topics,
    languages,
    duty,
    channels,
    hub,
    logo: _logo,
    logoDark: _logoDark,
    ...same
  } = shape;
  const names = Object.keys(licences);
  const accent = colours.accent ?? ACCENT.light;
  return {
    ...same,
    languages: languages.length === 0 ? ['sv'] : languages,
    licences: Object.fromEntries(
      Object.entries(licences).map(([key, { name, url }]) => [key, url === undefined ? { name } : { name, url }]),
    ),
    // The only licence needs no mark to be the default.
    defaultLicence: names.find((key) => licences[key]!.default) ?? (names.length === 1 ? names[0] : undefined),
    topics: Object.fromEntries(Object.entries(topics)),
    duty: Object.fromEntries(Object.entries(duty).flatMap(([key, contact]) => (weeksOf(key) ?? []).map((week) => [week, contact]))),
    latenessMs: lateness,
    channels: channels.length === 0 ? [...CHANNELS] : channels,
    hubs: hub,
    staffMonths: staffShown,
    colours: { accent, accentDark: colours.accentDark ?? (colours.accent === undefined ? ACCENT.dark : readableOn(PAPERS.dark, accent)) },
  };
}

/** A remark behind the press address whose # was forgotten. */
function remarks(value: unknown): Problem[] {
  const remark = REMARK_AFTER_ADDRESS.exec(String((value as { pressEmail?: unknown }).pressEmail ?? '').trim())?.[2];
  if (remark === undefined) return [];
  return [
    {
      at: '',
      field: 'pressEmail',
      message: `"${remark}" after the address was left out.`,
      remedy: 'A remark begins with a space and #.',
      severity: 'advice',
    },
  ];
}

/** `topics.x.names.sv` of the shape is `topics.x.sv` in the file. */
function named(problem: Problem): Problem {
  return { ...problem, field: problem.field.replace(/^(topics\.[^.]+)\.names/, '$1') };
}

function locator(name: string, yaml: YamlFile): (problem: Problem) => Problem {
  return (problem) => {
    const line = /^line (\d+)$/.exec(problem.at)?.[1];
    if (problem.at !== '' && line === undefined) return problem;
    const path = pathOf(problem.field);
    const at = line === undefined ? yaml.lineOf(path) : yaml.textLineOf(path) + Number(line) - 1;
    return { ...problem, at: `${name}:${at}` };
  };
}
