import { domainToASCII } from 'node:url';

/** An address as it is kept, or what is wrong with it and what to do. */
export type AddressReading = { readonly address: string } | { readonly message: string; readonly remedy: string };

/** RFC 5321 4.5.3.1. */
const LOCAL_MOST = 64;
const ADDRESS_MOST = 254;

const REMEDY = 'Write one address, such as anna.berg@example.org, without name or brackets.';

/** Reads one address as a person or an export wrote it: outer white space and `mailto:` go, letters become small, an international domain its ASCII form. */
export function readAddress(text: string): AddressReading {
  const given = text
    .trim()
    .replace(/^mailto:/i, '')
    .normalize('NFC');
  if (given === '') return { message: 'is missing.', remedy: REMEDY };
  const at = given.lastIndexOf('@');
  const local = given.slice(0, at).toLowerCase();
  const domain = domainToASCII(given.slice(at + 1)).toLowerCase();
  if (at < 1 || !isDomain(domain)) return { message: `"${given}" is not an address.`, remedy: REMEDY };
  // RFC 5321 4.1.2 allows more in quotes; nobody has such a mailbox, and each is a way to break out of a header.
  if (/[\s<>()[\]\\,;:@"\p{Cc}]/u.test(local) || /^\.|\.\.|\.$/.test(local))
    return { message: `"${given}" is not an address.`, remedy: REMEDY };
  if (!/^[\x21-\x7e]+$/.test(local)) {
    return {
      message: `"${given}" has letters before the @ that few mail servers take.`,
      remedy: 'Ask for another address; å, ä, ö and the like work only after the @.',
    };
  }
  if (local.length > LOCAL_MOST || local.length + 1 + domain.length > ADDRESS_MOST)
    return { message: 'is longer than an address can be.', remedy: REMEDY };
  return { address: `${local}@${domain}` };
}

/** At least two labels, as every domain that takes mail from outside has. */
function isDomain(domain: string): boolean {
  const labels = domain.split('.');
  return labels.length > 1 && labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) && !/^\d+$/.test(labels.at(-1)!);
}
