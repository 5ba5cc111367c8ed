/** What a file that is handed out may be. Web pages, scripts and programs are not among them: from our address they would act in our name. */
type FileType = { readonly mediaType: string; readonly opening?: readonly number[] };

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const OFFICE = 'application/vnd.openxmlformats-officedocument';

const FILE_TYPES: Record<string, FileType> = {
  pdf: { mediaType: 'application/pdf', opening: [0x25, 0x50, 0x44, 0x46] },
  docx: { mediaType: `${OFFICE}.wordprocessingml.document`, opening: ZIP },
  xlsx: { mediaType: `${OFFICE}.spreadsheetml.sheet`, opening: ZIP },
  pptx: { mediaType: `${OFFICE}.presentationml.presentation`, opening: ZIP },
  odt: { mediaType: 'application/vnd.oasis.opendocument.text', opening: ZIP },
  ods: { mediaType: 'application/vnd.oasis.opendocument.spreadsheet', opening: ZIP },
  odp: { mediaType: 'application/vnd.oasis.opendocument.presentation', opening: ZIP },
  zip: { mediaType: 'application/zip', opening: ZIP },
  epub: { mediaType: 'application/epub+zip', opening: ZIP },
  csv: { mediaType: 'text/csv' },
  txt: { mediaType: 'text/plain' },
  ics: { mediaType: 'text/calendar' },
  mp3: { mediaType: 'audio/mpeg' },
  m4a: { mediaType: 'audio/mp4' },
  wav: { mediaType: 'audio/wav', opening: [0x52, 0x49, 0x46, 0x46] },
  mp4: { mediaType: 'video/mp4' },
};

const PICTURES = ['jpg', 'jpeg', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif', 'heic'];

export type AttachmentKind =
  | { readonly kind: 'picture' }
  | { readonly kind: 'file'; readonly mediaType: string }
  | { readonly kind: 'refused'; readonly message: string };

/** What an attachment is, by its name's ending, held against its first bytes. */
export function attachmentKind(name: string, data: Uint8Array): AttachmentKind {
  const ending = /\.([A-Za-z0-9]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (PICTURES.includes(ending)) return { kind: 'picture' };
  const type = FILE_TYPES[ending];
  if (!type)
    return {
      kind: 'refused',
      message: ending === '' ? 'has no ending that says what it is.' : `is of a kind that is not handed out (.${ending}).`,
    };
  const opens = type.opening?.every((byte, index) => data[index] === byte) ?? true;
  if (!opens) return { kind: 'refused', message: `is called .${ending}, but its content is something else.` };
  if (type.mediaType.startsWith('text/') && !isText(data))
    return { kind: 'refused', message: `is called .${ending}, but is not text in UTF-8.` };
  return { kind: 'file', mediaType: type.mediaType };
}

/** Endings people may use, for error texts. */
export function attachmentEndings(): string {
  return [...Object.keys(FILE_TYPES), 'jpg', 'png'].join(', ');
}

function isText(data: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(data).includes('\0');
  } catch {
    return false;
  }
}

const KINDS: Record<string, string> = {
  'image/jpeg': 'JPEG',
  'image/png': 'PNG',
  'image/webp': 'WebP',
  'application/pdf': 'PDF',
  'application/zip': 'ZIP',
  'text/csv': 'CSV',
  'text/plain': 'text',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'Word',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'Excel',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'PowerPoint',
  'application/vnd.oasis.opendocument.text': 'ODT',
  'application/vnd.oasis.opendocument.spreadsheet': 'ODS',
  'audio/mpeg': 'MP3',
  'video/mp4': 'MP4',
};

/** What people call a type of file. */
export function fileKind(mediaType: string): string {
  return KINDS[mediaType] ?? mediaType.split('/').at(-1)!.toUpperCase();
}
