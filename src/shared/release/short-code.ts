/** Crockford's base 32: no i, l, o or u, which are misread on paper. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/** Nine digits of five bits: among 20,000 releases two share a code once in 170,000 newsrooms, and then the older one keeps it. */
const LENGTH = 9;

/** Bits of the id that the code leaves out. */
const REST = 128n - 5n * BigInt(LENGTH);

/** The code in a release's short link: the beginning of its id, so that it is known before publication and never changes. */
export function shortCodeOf(id: string): string {
  // The first twelve hexadecimal digits hold the 45 bits and three more.
  let bits = Math.floor(Number.parseInt(`${id.slice(0, 8)}${id.slice(9, 13)}`, 16) / 8);
  let code = '';
  for (let place = 0; place < LENGTH; place += 1) {
    code = DIGITS[bits % 32]! + code;
    bits = Math.floor(bits / 32);
  }
  return code;
}

/** The ids that begin as a code says, both ends included; undefined when it is none. Typed letters that look like digits are read as such. */
export function idsOfShortCode(code: string): { from: string; to: string } | undefined {
  const digits = [...code.toLowerCase().replaceAll('o', '0').replace(/[il]/g, '1')].map((digit) => DIGITS.indexOf(digit));
  if (digits.length !== LENGTH || digits.includes(-1)) return undefined;
  const bits = digits.reduce((sum, digit) => (sum << 5n) | BigInt(digit), 0n) << REST;
  return { from: uuid(bits), to: uuid(bits | ((1n << REST) - 1n)) };
}

function uuid(bits: bigint): string {
  return bits
    .toString(16)
    .padStart(32, '0')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
