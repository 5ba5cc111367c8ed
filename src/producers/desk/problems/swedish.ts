import type { Problem } from '../../../shared/platform/failure.ts';
import { FILE_MESSAGES, FILE_REMEDIES, type Sentence } from './swedish-files.ts';
import { LINE_MESSAGES, LINE_REMEDIES } from './swedish-lines.ts';

/*
 * What is said of a release, in Swedish. The checks say it in English, for files, commands and programs alike; here each sentence is known by its
 * form. One that is not known is shown in English, and marked as such.
 */

const MESSAGES: readonly Sentence[] = [
  [/^is missing\.$/, 'saknas.'],
  [/^is empty\.$/, 'är tomt.'],
  [/^is missing in an invitation\.$/, 'saknas i en inbjudan.'],
  [/^is missing while the text quotes somebody\.$/, 'saknas fast texten citerar någon.'],
  [/^the items make (.+), total says (.+)$/, 'posterna blir $1, men total säger $2.'],
  [/^the quote "(.*)" names no speaker\.$/s, 'citatet ”$1” namnger ingen talare.'],
  [/^a quote opens with a hyphen and becomes a list\.$/, 'ett citat börjar med bindestreck och blir en lista.'],
  [/^begins with the lead, which already stands above it\.$/, 'börjar med ingressen, som redan står ovanför.'],
  [/^runs on into the paragraph before\.$/, 'hänger ihop med stycket före.'],
  [/^begins a point with (.), which makes no list\.$/u, 'börjar en punkt med $1, som inte blir någon lista.'],
  [/^"(.*)" means another day to whoever reads it later\.$/, '”$1” betyder en annan dag för den som läser det senare.'],
  [/^"(.*)" is not right\.$/, '”$1” stämmer inte.'],
  [/^"(.*)" is not a topic of this newsroom\.$/, '”$1” är inget ämne i nyhetsrummet.'],
  [/^"(.*)" is not a licence of this newsroom\.$/, '”$1” är ingen licens i nyhetsrummet.'],
  [/^is yes, but the picture has an alt text\.$/, 'är ikryssat, men bilden har en alt-text.'],
  [/^is (\S+\s\S+), more than (\S+\s\S+)\.$/u, 'är $1, mer än $2.'],
  [/^is ([\d,]+) characters long\.$/, 'är $1 tecken långt.'],
  [/^(.+) is not after the start, (.+)\.$/, '$1 är inte efter starten, $2.'],
  [/^(.+) is not after publishAt, (.+)\.$/, '$1 är inte efter publishAt, $2.'],
  [/^(.+) stands here and in (.+)\.$/, '$1 står både här och i $2.'],
  [
    /^the heading "(.*)" is of the first level, which is the title's\.$/,
    'rubriken ”$1” är av första nivån, som är pressmeddelandets egen.',
  ],
  [/^the remark (.*) would be read by everybody\.$/, 'anteckningen $1 skulle läsas av alla.'],
  [/^(.+) is HTML, which is shown as text\.$/, '$1 är HTML, som skulle visas som text.'],
  [/^the picture (.*) stands in the text\.$/, 'bilden $1 står i texten.'],
  [/^a link has no text\.$/, 'en länk saknar text.'],
  [
    /^the link "(.*)" cannot be followed from a page, a feed and a letter alike\.$/,
    'länken ”$1” går inte att följa från både sida, flöde och brev.',
  ],
  [/^is not a field that can stand here\.$/, 'är inget fält som kan stå här.'],
  [/^is not a field that can stand under (.+)\.$/, 'är inget fält som kan stå under $1.'],
  [/^"(.*)" is none of (.+)\.$/, '”$1” är inget av $2.'],
  [/^is a list\.$/, 'är en lista.'],
  [/^is a group of fields\.$/, 'är en grupp av fält.'],
  [/^is plain text\.$/, 'är bara text.'],
  [/^has no entries\.$/, 'har inga poster.'],
  [/^"(.*)" is not an amount\.$/, '”$1” är inget belopp.'],
  [/^"(.*)" is not a day\.$/, '”$1” är ingen dag.'],
  [/^"(.*)" is not a time of day\.$/, '”$1” är inget klockslag.'],
  [/^"(.*)" is not a day and a time\.$/, '”$1” är inte dag och klockslag.'],
  [/^"(.*)" is not a web address\.$/, '”$1” är ingen webbadress.'],
  [/^"(.*)" is not a mail address\.$/, '”$1” är ingen e-postadress.'],
  [/^"(.*)" is not a telephone number\.$/, '”$1” är inget telefonnummer.'],
  [/^"(.*)" is not a language\.$/, '”$1” är inget språk.'],
  [/^"(.*)" is neither yes nor no\.$/, '”$1” är varken ja eller nej.'],
  [/^"(.*)" cannot be read from here\.$/, '”$1” kan inte läsas härifrån.'],
  [/^"(.*)" is not a release of this newsroom\.$/, '”$1” är inget pressmeddelande i nyhetsrummet.'],
  [/^has a box of its own\.$/, 'har en egen ruta.'],
  [/^is fixed as (.+) since the first publication\.$/, 'är $1 sedan första publiceringen.'],
  [/^cannot stand in a correction\.$/, 'kan inte stå i en rättelse.'],
  [/^is not chosen\.$/, 'är inte valt.'],
  ...FILE_MESSAGES,
  ...LINE_MESSAGES,
];

const REMEDIES: readonly Sentence[] = [
  [/^$/, ''],
  [/^Fill it in\.$/, 'Fyll i det.'],
  [/^Add it\.$/, 'Lägg till det.'],
  [
    /^Give the registration number, or the reason for having none: .*$/,
    'Ange diarienumret, eller skälet till att det saknas: exempt, ringa betydelse',
  ],
  [/^Give title, start and place, so that .*$/, 'Ange title, start och place, så att läsarna kan lägga in det i kalendern.'],
  [/^List who speaks, with name and title, .*$/, 'Ange vilka som talar, med namn och titel, så att citaten märks ut.'],
  [/^Name one of speakers in the paragraph: (.+)\.$/s, 'Nämn någon av talarna i stycket: $1.'],
  [/^Open it with a dash and a space: – $/, 'Börja det med tankstreck och mellanslag: –'],
  [/^Take the repeated paragraph out of the text\.$/, 'Ta bort det upprepade stycket ur texten.'],
  [/^Leave an empty line between paragraphs\.$/, 'Lämna en tom rad mellan styckena.'],
  [
    /^Begin each point with a hyphen and a space, .*$/,
    'Börja varje punkt med bindestreck och mellanslag, och lämna en tom rad före den första.',
  ],
  [/^Write the date\.$/, 'Skriv ut datumet.'],
  [/^(.+) is a (måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag)\.$/, '$1 är en $2.'],
  [/^Correct the total or an item\.$/, 'Rätta total eller en post.'],
  [/^(\d+) of the items have no amount\.$/, '$1 av posterna saknar belopp.'],
  [/^Keep one of them\.$/, 'Behåll en av dem.'],
  [/^Keep one: the alt text, or decorative: yes\.$/, 'Behåll det ena: alt-texten, eller Bara utsmyckning.'],
  [/^Say what the picture shows; for pure decoration: decorative: yes$/, 'Säg vad bilden visar, eller kryssa för Bara utsmyckning.'],
  [/^Name the photographer: credit: (.+)$/, 'Ange fotografen: $1.'],
  [/^Near: (.+)\. All: \.\/depesch topics$/, 'Menar du $1? Ämnena står under rutan.'],
  [/^All: \.\/depesch topics$/, 'Ämnena står under rutan.'],
  [/^Licences of this newsroom: (.+)\.$/, 'Nyhetsrummets licenser: $1.'],
  [/^Near: (.+)\. Licences of this newsroom: (.+)\.$/, 'Menar du $1? Nyhetsrummets licenser: $2.'],
  [/^Near: ([^.]+)\. Possible (?:here|under .+?): .+$/, 'Menar du $1?'],
  [/^Possible (?:here|under .+?): (.+)\.$/, 'Möjliga här: $1.'],
  [/^Near: ([^.]+)\. Write one of (.+)\.$/, 'Menar du $1? Skriv något av $2.'],
  [/^Write one of (.+)\.$/, 'Skriv något av $1.'],
  [/^Shorten it to at most ([\d,]+) characters\.$/, 'Korta det till högst $1 tecken.'],
  [/^Shorten it, or attach the long text as a file under attachments:\.$/, 'Korta den, eller lägg den långa texten bland bilagorna.'],
  [/^Give a later time, or leave (?:end|it) out.*$/, 'Ange en senare tid, eller ta bort fältet.'],
  [/^Write it with two signs: (.+)$/, 'Skriv den med två tecken: $1'],
  [/^Take it out of the text\.$/, 'Ta bort den ur texten.'],
  [/^Use Markdown: .*$/, 'Använd Markdown: **fet**, *kursiv*, [text](https://…). För ett vanligt < skriv \\<'],
  [/^Put it under images:, with file, alt and credit\.$/, 'Lägg till den under Bilder.'],
  [/^Say where it leads: .*$/, 'Säg vart den leder: [beslutet](https://…)'],
  [/^Write the whole address, beginning with https:\/\/$/, 'Skriv hela adressen, från https://'],
  [/^Links begin with (.+)$/, 'Länkar börjar med https://, http://, mailto: eller tel:'],
  [/^Write it as text on one line, .*$/, 'Skriv det som text på en rad.'],
  [/^Write each entry on a line of its own, after a dash\.$/, 'Skriv varje post på en egen rad, efter ett bindestreck.'],
  [/^Write its (?:fields|entries) below it, indented, .*$/, 'Skriv dess uppgifter under, indragna: namn, kolon, värde.'],
  [/^Add one, or leave the field out\.$/, 'Lägg till en, eller ta bort fältet.'],
  [/^Write kronor in figures: .*$/, 'Skriv kronor med siffror: 1 240 000 kr, med öre 1 240 000,50 kr.'],
  [/^Write year-month-day: (.+)\.$/, 'Skriv år-månad-dag: $1.'],
  [/^Write hours and minutes: .*$/, 'Skriv timmar och minuter: 09.30.'],
  [/^Write day and time: (.+) \(the newsroom’s time\)\.$/, 'Skriv dag och klockslag: $1 (nyhetsrummets tid).'],
  [/^Write it whole, beginning with https:\/\/\.$/, 'Skriv hela adressen, från https://.'],
  [/^Write it whole, without a name: (.+)\.$/, 'Skriv den hel, utan namn: $1.'],
  [/^Write its digits: (.+)\.$/, 'Skriv siffrorna: $1.'],
  [/^Write its tag: .*$/, 'Skriv sv, en, fi, se, sma eller smj, eller med land: sv-FI.'],
  [/^Write yes or no \(ja or nej\)\.$/, 'Skriv ja eller nej.'],
  [/^Remove it here and write it there\.$/, 'Ta bort den här och skriv den där.'],
  [/^Leave slug out\.$/, 'Ta bort slug.'],
  [
    /^Make a release of its own for another language, with translationOf\.$/,
    'Gör ett eget pressmeddelande på det andra språket, med translationOf.',
  ],
  [/^Remove it; a correction is published by hand: .*$/, 'Ta bort den; en rättelse publiceras för hand.'],
  [/^Say in a sentence what was wrong and is right now; .*$/, 'Säg i en mening vad som var fel och vad som är rätt. Läsarna ser det.'],
  [/^Say in a sentence why; readers see it .*$/, 'Säg i en mening varför. Läsarna ser det i stället för sidan.'],
  [/^Tell the author what to change\.$/, 'Säg vad författaren behöver ändra.'],
  [/^Say whether something was wrong or it is a small change\.$/, 'Säg om något var fel eller om det är en mindre ändring.'],
  [/^Name the slug of the release this one translates: .*$/, 'Ange slug för det pressmeddelande som det här översätter.'],
  ...FILE_REMEDIES,
  ...LINE_REMEDIES,
];

/** Undefined when one of the two sentences is not known here. */
export function inSwedish({ message, remedy }: Problem): Pick<Problem, 'message' | 'remedy'> | undefined {
  const translated = { message: translate(MESSAGES, message), remedy: translate(REMEDIES, remedy) };
  const { message: said, remedy: advised } = translated;
  return said === undefined || advised === undefined ? undefined : { message: said, remedy: advised };
}

function translate(sentences: readonly Sentence[], text: string): string | undefined {
  const known = sentences.find(([form]) => form.test(text));
  return known && text.replace(known[0], known[1]);
}
