import type { Page } from 'playwright-core';

/*
 * What tests ask of any page of ours in a browser. Each function changes nothing that the next one sees, but for focus.
 */

/** What stands beyond the edge and makes the page scroll sideways, text that is cut off, and targets of standing links that are too small to hit (WCAG 2.5.8 asks for 24 pixels, we for 44). */
export type Fit = { readonly sideways: string[]; readonly cut: string[]; readonly small: string[] };

/** How the page fits a width. `textSize` is that of the browser's text, in per cent of the usual (WCAG 1.4.4 asks for 200). */
export async function fitAt(page: Page, viewport: { width: number; height: number }, textSize = 100): Promise<Fit> {
  await page.setViewportSize(viewport);
  return page.evaluate((percent) => {
    const root = document.documentElement;
    const usual = Number.parseFloat(getComputedStyle(root).fontSize);
    if (percent !== 100) root.style.fontSize = `${(usual * percent) / 100}px`;
    const seen = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => element.checkVisibility());
    const wide =
      root.scrollWidth > root.clientWidth ? seen.filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1) : [];
    const cut = seen.filter((element) => {
      const { overflowX, overflowY, clipPath, webkitLineClamp } = getComputedStyle(element);
      // Hidden from the eye on purpose, or ending in an ellipsis before the link to the whole.
      if (clipPath !== 'none' || element.clientWidth <= 1 || webkitLineClamp !== 'none') return false;
      const clips = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
      return (
        (clips(overflowX) && element.scrollWidth > element.clientWidth + 1) ||
        (clips(overflowY) && element.scrollHeight > element.clientHeight + 1)
      );
    });
    const small = [...document.querySelectorAll<HTMLElement>('.target:not(.skip)')].filter(
      (link) => link.checkVisibility() && link.getBoundingClientRect().height < 43.5,
    );
    root.style.removeProperty('font-size');
    const head = (element: HTMLElement) => element.outerHTML.slice(0, 120);
    return { sideways: wide.map(head), cut: cut.map(head), small: small.map(head) };
  }, textSize);
}

/** What can be used with a mouse, in the page's order, and what Tab came to, in turn; then which of those showed no focus. */
export type Walk = { readonly usable: string[]; readonly reached: string[]; readonly unseen: string[] };

/** Walks through the page with Tab alone, from its top. */
export async function walkByKeyboard(page: Page): Promise<Walk> {
  const count = await page.evaluate(watchFocus);
  // Down alone: each moves on, as a key that is held does, and costs half of a press.
  for (let press = 0; press < count; press += 1) await page.keyboard.down('Tab');
  await page.keyboard.up('Tab');
  return page.evaluate(() => (globalThis as unknown as { walk: Walk }).walk);
}

/** Runs in the page. */
function watchFocus(): number {
  const SELECTOR = 'a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex]:not([tabindex="-1"])';
  const head = (element: Element) => element.outerHTML.slice(0, 120);
  const groups = new Set<string>();
  const usable = [...document.querySelectorAll<HTMLElement>(SELECTOR)].filter((element) => {
    if (!element.checkVisibility({ visibilityProperty: true }) || (element as HTMLInputElement).disabled || element.tabIndex < 0)
      return false;
    const { type, name } = element as HTMLInputElement;
    // One stop for a group of radio buttons; arrows go on within it.
    if (type === 'radio' && groups.has(name)) return false;
    if (type === 'radio') groups.add(name);
    return true;
  });
  const walk: Walk = { usable: usable.map(head), reached: [], unseen: [] };
  const group = (element: Element) => {
    const { type, name } = element as HTMLInputElement;
    return type === 'radio' ? usable.find((one) => (one as HTMLInputElement).name === name)! : element;
  };
  document.addEventListener('focusin', ({ target }) => {
    const element = target as HTMLElement;
    const { outlineWidth, outlineStyle } = getComputedStyle(element);
    const { width, left, right } = element.getBoundingClientRect();
    walk.reached.push(head(group(element)));
    // Scrolling up or down to it comes after this event.
    const beside = width === 0 || right <= 0 || left >= innerWidth;
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2 || beside) walk.unseen.push(head(element));
  });
  (document.activeElement as HTMLElement | null)?.blur();
  Object.assign(globalThis, { walk });
  return usable.length;
}

/** Fields and buttons without an edge where the system decides all colours (Windows' contrast themes): there a background alone shows nothing. */
export async function edgelessInForcedColours(page: Page): Promise<string[]> {
  await page.emulateMedia({ forcedColors: 'active' });
  const found = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('button, .button, input:not([type=hidden]), select, textarea')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { borderTopWidth, borderTopStyle, appearance, textDecorationLine } = getComputedStyle(element);
        const native = appearance !== 'none' && ['checkbox', 'radio', 'file'].includes((element as HTMLInputElement).type);
        const edge = borderTopStyle !== 'none' && Number.parseFloat(borderTopWidth) >= 1;
        return !native && !edge && !textDecorationLine.includes('underline');
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
  await page.emulateMedia({ forcedColors: 'none' });
  return found;
}
