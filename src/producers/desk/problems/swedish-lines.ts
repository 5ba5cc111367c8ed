import type { Sentence } from './swedish-files.ts';

/* What is said of lines that are not written as the other facts are, and of facts that are missing among them. */

export const LINE_MESSAGES: readonly Sentence[] = [
  [/^stands twice\.$/, 'står två gånger.'],
  [/^the line is indented with a tab\.$/, 'raden är indragen med tabb.'],
  [/^there is no space after the colon\.$/, 'det saknas ett mellanslag efter kolonet.'],
  [/^the line does not begin where its neighbours do\.$/, 'raden börjar inte där grannarna börjar.'],
  [/^"(.*)" is not a line of the form name: value\.$/, '”$1” är ingen rad med namn, kolon, värde.'],
  [/^a value that begins with (["']) must end with ["']\.$/, 'ett värde som börjar med $1 ska sluta med $1.'],
  [/^a value that begins with (.) is read as a list\.$/, 'ett värde som börjar med $1 läses som en lista.'],
  [/^nothing may stand on the line after (.)$/, 'inget får stå på raden efter $1.'],
  [/^a value on the same line as its name cannot begin with (.)$/, 'ett värde på samma rad som namnet kan inte börja med $1.'],
  [/^": " cannot stand in a value on the same line as its name\.$/, '”: ” kan inte stå i ett värde på samma rad som namnet.'],
  [/^"(.*)" cannot stand on the same line as its name\.$/, '”$1” kan inte stå på samma rad som namnet.'],
  [/^"(.*)" does not open with a time of day\.$/, '”$1” börjar inte med ett klockslag.'],
  [/^"(.*)" stands before the first time\.$/, '”$1” står före det första klockslaget.'],
  [/^nothing stands at (.+)\.$/, 'inget står vid $1.'],
];

export const LINE_REMEDIES: readonly Sentence[] = [
  [/^Indent with spaces, two a step\.$/, 'Dra in med mellanslag, två för varje steg.'],
  [/^Write (.+): and a space, then the value\.$/, 'Skriv $1: och ett mellanslag, sedan värdet.'],
  [/^Lines that belong together are indented alike\.$/, 'Rader som hör ihop är lika långt indragna.'],
  [/^Give it a name, or indent it as part of the value above\.$/, 'Ge den ett namn, eller dra in den som del av värdet ovanför.'],
  [/^Write it below, indented:([\s\S]*)$/, 'Skriv det under, indraget:$1'],
  [/^Write hours and minutes: (.+)$/, 'Skriv timmar och minuter: $1'],
  [/^Begin with a time: (.+)$/, 'Börja med ett klockslag: $1'],
  [/^Say what happens then\.$/, 'Säg vad som händer då.'],
  [/^Say in which language it is: (.+)$/, 'Säg vilket språk det är: $1'],
  [/^Name who speaks: (.+)$/, 'Säg vem som talar: $1'],
  [/^Name the person: (.+)$/, 'Ange personen: $1'],
  [/^Give the box a heading: .*$/, 'Ge rutan en rubrik: title: Fakta'],
  [/^Write the box’s text, indented below:([\s\S]*)$/, 'Skriv rutans text, indragen under:$1'],
  [/^Say who decided: (.+)$/, 'Säg vem som beslutade: $1'],
  [/^Give the day of the decision: (.+)$/, 'Ange dagen för beslutet: $1'],
  [/^List what was decided, each entry with its title\.$/, 'Räkna upp vad som beslutades, varje post med sin title.'],
  [/^Say what it is for: (.+)$/, 'Säg vad det gäller: $1'],
  [/^Name the event: (.+)$/, 'Ge evenemanget ett namn: $1'],
  [/^Give day and time: (.+)$/, 'Ange dag och klockslag: $1'],
];
