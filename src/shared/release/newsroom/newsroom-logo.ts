import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { messageOf, type Problem, problemWith } from '../../platform/failure.ts';
import { drawLogo, UnreadableImage } from '../files/images.ts';
import type { NewsroomShape } from './newsroom-shape.ts';

type LogoField = 'logo' | 'logoDark';
type Logo = { readonly data: Buffer; readonly name: string; readonly width: number };

/** Stores a logo's bytes and gives their hash. */
export type StoreLogo = (data: Buffer, name: string) => Promise<string>;

/** What the newsroom keeps of its logos: their hashes, and the width of the first in the page's header. */
export type KeptLogos = { readonly logo?: string; readonly logoDark?: string; readonly logoWidth?: number };

/** Reads the logos a newsroom file names, from the folder it lies in; what is wrong with them, or a function that stores them. */
export async function readLogos(
  folder: string,
  shape: Pick<NewsroomShape, LogoField>,
): Promise<{ problems: Problem[]; store(storeLogo: StoreLogo): Promise<KeptLogos> }> {
  const light = await readLogo(folder, shape.logo, 'logo');
  const dark = await readLogo(folder, shape.logoDark, 'logoDark');
  const problems = [light, dark].filter((one): one is Problem => one !== undefined && 'message' in one);
  if (dark && !light) problems.push(problemWith('logoDark', 'stands alone.', 'Give the one for light pages too: logo: logo.svg'));
  return {
    problems,
    async store(storeLogo) {
      const keep = async (one: Logo | Problem | undefined) => (one && 'data' in one ? storeLogo(one.data, one.name) : undefined);
      const [logo, logoDark] = [await keep(light), await keep(dark)];
      if (logo === undefined) return {};
      return { logo, logoWidth: (light as Logo).width, ...(logoDark === undefined ? {} : { logoDark }) };
    },
  };
}

async function readLogo(folder: string, file: string | undefined, field: LogoField): Promise<Logo | Problem | undefined> {
  if (file === undefined) return undefined;
  try {
    const drawn = await drawLogo(await readFile(resolve(folder, file)));
    return { ...drawn, name: basename(file) };
  } catch (error) {
    if (error instanceof UnreadableImage) return problemWith(field, `${file} ${error.message}`, error.remedy);
    return problemWith(field, `${file} cannot be read: ${messageOf(error)}.`, 'Its path is read from the newsroom file.');
  }
}
