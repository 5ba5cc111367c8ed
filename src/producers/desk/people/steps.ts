import type { PersonStory } from '../../../shared/publishing/person.ts';

/** What an administrator can do about one person. */
const PERSON_STEPS = ['bar', 'lift', 'erase'] as const;
export type PersonStep = (typeof PERSON_STEPS)[number];

export function isPersonStep(text: string): text is PersonStep {
  return (PERSON_STEPS as readonly string[]).includes(text);
}

/** Pure: what there is to do about this one. Somebody nobody knows can still be barred; only of a subscriber there is something to erase. */
export function personSteps({ subscriber, suppression }: PersonStory): PersonStep[] {
  return [suppression ? 'lift' : 'bar', ...(subscriber ? (['erase'] as const) : [])];
}
