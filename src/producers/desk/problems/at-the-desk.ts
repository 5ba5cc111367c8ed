/** Remedies that say how to write something in a file; at the desk it is a box or a tick. */
const REMEDIES: readonly (readonly [form: RegExp, said: string])[] = [
  [/; for pure decoration: decorative: yes$/, ', or tick “Only decoration”.'],
  [/^Keep one: the alt text, or decorative: yes\.$/, 'Keep one: the alt text, or “Only decoration”.'],
  [/^Name the photographer: credit: (.+)$/, 'Name the photographer: $1.'],
  [/: title: (Beslut § 84)$/, ': $1.'],
  [/^Put it under images:, with file, alt and credit\.$/, 'Add it under Pictures.'],
  [/ as a file under attachments:\.$/, ' under Attachments.'],
  [/All: \.\/depesch topics$/, 'The topics stand below the box.'],
];

/** What to do about a problem, said for somebody with the form in front of them. */
export function atTheDesk(remedy: string): string {
  const known = REMEDIES.find(([form]) => form.test(remedy));
  return known ? remedy.replace(...known) : remedy;
}
