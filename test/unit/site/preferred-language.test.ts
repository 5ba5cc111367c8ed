import { describe, expect, it } from 'vitest';
import { preferredLanguage } from '../../../src/shared/site/preferred-language.ts';

describe('the interface language of one person', () => {
  it('is the one of ours that the browser weighs highest', () => {
    expect(preferredLanguage('en-GB,en;q=0.9,sv;q=0.8', 'sv')).toBe('en');
    expect(preferredLanguage('fi-FI, sv;q=0.5, en;q=0.7', 'sv')).toBe('en');
    expect(preferredLanguage('sv-SE', 'en')).toBe('sv');
    expect(preferredLanguage('en;q=0.3, sv;q=0.3', 'sv')).toBe('en');
  });

  it('is the newsroom’s own when the browser names none of ours, or refuses it', () => {
    for (const header of [undefined, '', 'fi, de;q=0.5', '*', 'en;q=0', ';;,q=']) expect(preferredLanguage(header, 'sv')).toBe('sv');
  });
});
