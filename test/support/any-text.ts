import fc from 'fast-check';

/** Any text a paste can hold: every code unit, lone surrogates too. Cheaper to make than fast-check's own strings. */
export const anyText = (maxLength = 60): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        fc.integer({ min: 0, max: 0xffff }),
        fc.integer({ min: 0x20, max: 0x7e }),
        fc.constantFrom(0x202e, 0x2066, 0x2069, 0x96, 0x30a),
      ),
      { maxLength },
    )
    .map((codes) => String.fromCharCode(...codes));
