/** A document of a feed without its members: what stands before them, around each, and after them. */
export type FeedFrame = {
  readonly open: string;
  /** Before the first, between two, after the last member; none of it where there is no member. */
  readonly around: readonly [before: string, between: string, after: string];
  readonly close: string;
};

/** The whole document. The members are not written again: what the archive keeps and the receipts hash is what stands here. */
export function fillFrame({ open, around: [before, between, after], close }: FeedFrame, members: readonly Uint8Array[]): Buffer {
  if (members.length === 0) return Buffer.from(open + close);
  const gap = Buffer.from(between);
  const parts = members.flatMap((member, index) => (index === 0 ? [member] : [gap, member]));
  return Buffer.concat([Buffer.from(open + before), ...parts, Buffer.from(after + close)]);
}

/** The frame of a JSON object whose last member is the list called `name`, in the shape of JSON.stringify with two spaces. */
export function jsonListFrame(value: object, name: string): FeedFrame {
  const open = JSON.stringify(value, null, 2).slice(0, -'\n}'.length);
  return { open: `${open},\n  "${name}": [`, around: ['\n', ',\n', '\n'], close: ']\n}\n' };
}
