/** What Facebook, LinkedIn, Mastodon, Slack and the others show uncut. */
export const CARD = { width: 1_200, height: 630 } as const;
