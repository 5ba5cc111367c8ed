import type { ServerResponse } from 'node:http';
import multipart, { type MultipartFile } from '@fastify/multipart';
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Services } from '../../../shared/services.ts';
import { findVisitor, isOfOtherSite } from '../session.ts';
import { LISTS, type ListName, newName } from './form.ts';

/** A file that somebody chose. Without data when the form brought more than is kept of one. */
export type Chosen = { readonly list: ListName; readonly name: string; readonly bytes: number; readonly data: Buffer | undefined };

/** The longest text a newsroom may allow, with every å, ä and ö written as six signs; it only keeps memory safe from nonsense. */
export const FORM_BYTES = 2 * 1024 * 1024;
/** All files of one form together are held in memory until their sizes are made: about as much as one upload through the API. */
export const FILES_BYTES = 64_000_000;
/** Files of all forms that are being read or stored at this moment: of three full ones. Whoever sends more at once is asked to add them one by one. */
const ALL_BYTES = 3 * FILES_BYTES;
/** Fifty pictures and fifty attachments, the most of a release, with all their fields. */
const MOST_FIELDS = 1_000;
/** As many as a release takes of each, chosen in vain. */
const MOST_FILES = 200;
/** Longer names are cut in front, so that they keep their ending. */
const NAME_MOST = 200;

/**
 * Takes forms with files: their fields become the body, as of every other form (a file's field holds its name), so that what was typed is given back
 * when something fails. Gives the files of a request. Those of somebody who is not signed in are counted and dropped.
 */
export async function acceptFiles(app: FastifyInstance, services: Services): Promise<(request: FastifyRequest) => readonly Chosen[]> {
  const chosen = new WeakMap<FastifyRequest, readonly Chosen[]>();
  const limits = { fieldSize: FORM_BYTES, fields: MOST_FIELDS, files: MOST_FILES, parts: MOST_FIELDS + MOST_FILES };
  // Larger files than we take are counted to their end: the refusal says how large they are.
  await app.register(multipart, { limits: { ...limits, fileSize: Number.POSITIVE_INFINITY } });
  const all = { held: 0 };
  app.addHook('preValidation', async (request, reply) => {
    if (!request.isMultipart()) return;
    const most = isOfOtherSite(request) ? NOTHING : await mostOf(services, request).catch(() => NOTHING);
    const { fields, files } = await readForm(request, most, openRoom(all, reply.raw)).catch(unreadable);
    request.body = fields;
    chosen.set(request, files);
  });
  return (request) => chosen.get(request) ?? [];
}

/** Bytes that are kept of one file. */
type Most = Readonly<Record<ListName, number>>;
const NOTHING: Most = { images: 0, attachments: 0 };

async function mostOf(services: Services, request: FastifyRequest): Promise<Most> {
  if ((await findVisitor(services, request)) === undefined) return NOTHING;
  const { imageBytes, attachmentBytes } = (await services.newsroom()).newsroom.limits;
  return { images: imageBytes, attachments: attachmentBytes };
}

/** What is cut off, or no form at all, is the sender's fault; the parser leaves that open. */
function unreadable(error: Error & { statusCode?: number }): never {
  throw Object.assign(error, { statusCode: error.statusCode ?? 400 });
}

/** Bytes that one form holds, and with it all. */
type Room = {
  /** False when there is no room for them. */
  take(bytes: number): boolean;
  give(bytes: number): void;
};

/** Once the answer is given, or the line is gone, the form holds nothing, whatever comes after. */
function openRoom(all: { held: number }, answer: ServerResponse): Room {
  let held = 0;
  let over = false;
  const hold = (bytes: number) => {
    held += bytes;
    all.held += bytes;
  };
  answer.once('close', () => {
    hold(-held);
    over = true;
  });
  return {
    take(bytes) {
      if (over || held + bytes > FILES_BYTES || all.held + bytes > ALL_BYTES) return false;
      hold(bytes);
      return true;
    },
    give(bytes) {
      if (!over) hold(-bytes);
    },
  };
}

async function readForm(request: FastifyRequest, most: Most, room: Room): Promise<{ fields: Record<string, string>; files: Chosen[] }> {
  const fields: Record<string, string> = {};
  const files: Chosen[] = [];
  let typed = 0;
  for await (const part of request.parts()) {
    if (part.type === 'file') {
      const list = LISTS.find((one) => newName(one) === part.fieldname);
      const { bytes, data } = await readFile(part, list ? most[list] : 0, room);
      // A field in which nothing was chosen comes without a name.
      if (list && part.filename) files.push({ list, name: nameOf(part), bytes, data });
    } else if (typeof part.value === 'string') {
      typed += part.value.length;
      if (part.valueTruncated || typed > FORM_BYTES) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
      fields[part.fieldname] = part.value;
    }
  }
  for (const list of LISTS) {
    const names = files.filter((file) => file.list === list).map(({ name }) => name);
    if (names.length > 0) fields[newName(list)] = names.join(', ');
  }
  return { fields, files };
}

/** As it can be kept and shown: no name has line ends, and PostgreSQL takes no U+0000. */
function nameOf({ filename }: MultipartFile): string {
  return filename
    .replace(/\p{Cc}/gu, '')
    .slice(-NAME_MOST)
    .toWellFormed();
}

async function readFile({ file }: MultipartFile, most: number, room: Room): Promise<{ bytes: number; data: Buffer | undefined }> {
  let chunks: Buffer[] | undefined = [];
  let bytes = 0;
  for await (const chunk of file) {
    if (chunks && (bytes + chunk.length > most || !room.take(chunk.length))) {
      room.give(bytes);
      chunks = undefined;
    }
    chunks?.push(chunk);
    bytes += chunk.length;
  }
  return { bytes, data: chunks && Buffer.concat(chunks) };
}
