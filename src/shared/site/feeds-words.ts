import { type InterfaceLanguage, interfaceLanguage } from '../release/newsroom/newsroom.ts';

/** What the page of feeds says, in both interface languages. */
const WORDS = {
  sv: {
    lead: 'Ett flöde är en adress som du ger till en flödesläsare. Läsaren hämtar själv nya och rättade pressmeddelanden, utan konto och utan att någon vet vem du är.',
    formats: [
      'RSS och Atom förstås av alla flödesläsare. Atom säger också när ett meddelande är återkallat.',
      'JSON Feed har samma innehåll, för den som bygger egna tjänster.',
      'ninjs (IPTC) är till för redaktioners egna system: bilder med villkor och fotografens namn, diarienummer och återkallade meddelanden.',
    ],
    history: 'Varje flöde har de senaste meddelandena i sin helhet, och leder steg för steg tillbaka till det allra första (RFC 5005).',
    push: 'Flödena har WebSub: den som prenumererar så får veta om ett nytt meddelande inom en sekund.',
    opml: 'Alla flöden som OPML-fil för flödesläsaren',
    everything: 'Allt',
    inLanguage: (language: string) => `Allt på ${language}`,
    inEveryLanguage: 'Allt, på alla språk',
    byTopic: 'Ett ämne',
    byTopicInEveryLanguage: 'Ett ämne, på alla språk',
    topicIn: (language: string) => `Ett ämne på ${language}`,
    description: (name: string) => `Flöden från ${name}: RSS, Atom, JSON Feed och ninjs.`,
  },
  en: {
    lead: 'A feed is an address that you give to a feed reader. The reader fetches new and corrected releases by itself, without an account and without anybody knowing who you are.',
    formats: [
      'Every feed reader understands RSS and Atom. Atom also tells when a release has been withdrawn.',
      'JSON Feed has the same content for those who build services of their own.',
      'ninjs (IPTC) is for the systems of news desks: pictures with terms and credit, registration numbers and withdrawn releases.',
    ],
    history: 'Each feed has the newest releases in full, and leads step by step back to the very first one (RFC 5005).',
    push: 'The feeds have WebSub: whoever subscribes that way hears of a new release within a second.',
    opml: 'All feeds as an OPML file for your feed reader',
    everything: 'Everything',
    inLanguage: (language: string) => `Everything in ${language}`,
    inEveryLanguage: 'Everything, in all languages',
    byTopic: 'One topic',
    byTopicInEveryLanguage: 'One topic, in all languages',
    topicIn: (language: string) => `One topic in ${language}`,
    description: (name: string) => `Feeds from ${name}: RSS, Atom, JSON Feed and ninjs.`,
  },
} satisfies Record<InterfaceLanguage, unknown>;

export type FeedsWords = (typeof WORDS)['sv'];

// Fails to compile when the two languages do not say the same things.
const EVERY: Record<InterfaceLanguage, FeedsWords> = WORDS;

export function feedsWordsOf(language: string): FeedsWords {
  return EVERY[interfaceLanguage(language)];
}
