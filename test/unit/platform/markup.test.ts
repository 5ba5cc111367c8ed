import { describe, expect, it } from 'vitest';
import { html, jsonForScript, raw } from '../../../src/shared/platform/markup.ts';

describe('the markup tag', () => {
  it('escapes every inserted text, in content and in attributes', () => {
    expect(String(html`<a title="${`"'<>&`}">${'<b>'}</a>`)).toBe('<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;</a>');
  });

  it('keeps markup, joins lists, and lets nothing stand for nothing', () => {
    expect(String(html`${raw('<i>x</i>')}${[html`<b>${1}</b>`, 'a<b']}${null}${undefined}${false}`)).toBe('<i>x</i><b>1</b>a&lt;b');
  });

  it('writes JSON that cannot end its script block', () => {
    expect(String(jsonForScript({ a: '</script><!--\u2028' }))).toBe('{"a":"\\u003c/script>\\u003c!--\\u2028"}');
  });
});
