import type { Actor } from '../../shared/accounts/actor.ts';
import type { InterfaceLanguage } from '../../shared/release/newsroom/newsroom.ts';
import type { Publisher } from '../../shared/release/view.ts';
import type { DeskWords } from './words.ts';

/** Who looks at the desk, in which language, and what every form of theirs must carry. */
export type Visitor = { readonly actor: Actor; readonly csrf: string };

/** What every page of the desk is rendered with. */
export type DeskContext = {
  readonly language: InterfaceLanguage;
  readonly words: DeskWords;
  readonly publisher: Publisher;
  /** Undefined before signing in. */
  readonly visitor: Visitor | undefined;
  /** The page's own address, to come back to after changing the language. */
  readonly path: string;
};

/** Addresses of people, and what keeps the house running, are for administrators alone. */
export function isAdmin(visitor: Visitor | undefined): boolean {
  return visitor?.actor.roles.includes('admin') ?? false;
}
