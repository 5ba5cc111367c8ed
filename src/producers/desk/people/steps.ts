import type { PersonStory } from '../../../shared/publishing/person.ts';

/** What an administrator can do about one person. */
export const PERSON_STEPS = ['bar', 'lift'] as const;
export type PersonStep = (typeof PERSON_STEPS)[number];

export function isPersonStep(text: string): text is PersonStep {
  return (PERSON_STEPS as readonly string[]).includes(text);
}

/** Pure: what there is to do about this one. Somebody nobody knows can still be barred. */
export function personSteps({ suppression }: PersonStory): PersonStep[] {
  return [suppression ? 'lift' : 'bar'];
}
