/** How a sentence of the checks reads, and how it reads in Swedish. */
export type Sentence = readonly [form: RegExp, swedish: string];

/* What is said of pictures and attachments that cannot be taken. */

export const FILE_MESSAGES: readonly Sentence[] = [
  [/^no file is chosen\.$/, 'ingen fil är vald.'],
  [/^comes with more than (\S+\s\S+) at once\.$/u, 'är tillsammans med det andra mer än $1 på en gång.'],
  [/^has ([\d,]+) entries\.$/, 'är $1 stycken.'],
  [/^has no ending that says what it is\.$/, 'har ingen filändelse som säger vad den är.'],
  [/^is of a kind that is not handed out \((.+)\)\.$/, 'är av ett slag som inte lämnas ut ($1).'],
  [/^is called (\S+), but its content is something else\.$/, 'heter $1, men innehållet är något annat.'],
  [/^is called (\S+), but is not text in UTF-8\.$/, 'heter $1, men är inte text i UTF-8.'],
  [/^is a drawing \(SVG\), which can carry scripts\.$/, 'är en ritning (SVG), som kan bära skript.'],
  [/^is of a kind we cannot take \((.+)\)\.$/, 'är av ett slag som inte går att ta emot ($1).'],
  [/^moves\.$/, 'rör sig.'],
  [/^is (\d+) × (\d+) pixels\.$/, 'är $1 × $2 bildpunkter.'],
  [/^has more than 100 million pixels\.$/, 'har mer än 100 miljoner bildpunkter.'],
  [/^is not a picture\.$/, 'är ingen bild.'],
  [/^"(.*)" is not stored here\.$/, '”$1” finns inte här.'],
  [/^is damaged and cannot be read\.$/, 'är skadad och går inte att läsa.'],
];

export const FILE_REMEDIES: readonly Sentence[] = [
  [/^Choose one, then press the button\.$/, 'Välj en och tryck sedan på knappen.'],
  [/^Add the file again\.$/, 'Lägg till filen på nytt.'],
  [/^Add it by itself\.$/, 'Lägg till den för sig.'],
  [/^Keep at most ([\d,]+)\.$/, 'Behåll högst $1.'],
  [/^Make it smaller\.$/, 'Gör den mindre.'],
  [/^Save the file again\.$/, 'Spara filen på nytt.'],
  [/^Possible are (.+)\.$/, 'Möjliga är $1.'],
  [/^Export it as JPEG or PNG\.$/, 'Exportera den som JPEG eller PNG.'],
  [/^Save one picture of it as JPEG or PNG, .*$/, 'Spara en bild ur den som JPEG eller PNG, eller publicera den som film vid sidan av.'],
  [/^Cut it: no side may have more than (\d+) pixels\.$/, 'Beskär den: ingen sida får ha mer än $1 bildpunkter.'],
  [/^Scale it down.*$/, 'Skala ner den.'],
  [/^Use a JPEG, PNG or WebP file\.$/, 'Använd en fil i JPEG, PNG eller WebP.'],
  [/^Open it in a picture program .*$/, 'Öppna den i ett bildprogram och spara den som JPEG.'],
  [/^Say what the document is: title: (.+)$/, 'Säg vad dokumentet är: $1.'],
];
