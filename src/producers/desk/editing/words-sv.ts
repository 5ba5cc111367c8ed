/** Writing and correcting at the desk, in Swedish. */
export const editing = {
  newTitle: 'Nytt pressmeddelande',
  editTitle: 'Ändra texten',
  correctTitle: 'Rätta texten',
  correctLead: 'Läsarna ser den publicerade texten tills rättelsen är godkänd och publicerad. Det du sparar här är ett utkast.',
  approvalLost: 'När du sparar gäller godkännandet inte längre. Texten lämnas då in på nytt.',
  headline: 'Rubrik',
  lead: 'Ingress',
  leadHelp: 'Vad som har hänt, var, och vem som har beslutat. Den upprepas inte i texten.',
  body: 'Text',
  bodyHelp: 'En tom rad mellan styckena. ## framför en mellanrubrik, - framför en punkt i en lista, – framför ett citat.',
  fields: 'Övriga uppgifter',
  fieldsHelp:
    'Ämnen, beslut, fakta, kontakter och annat, var uppgift på sin rad: namn, kolon, värde. Det som hör ihop är lika långt indraget.',
  topics: 'Ämnen att välja bland:',
  example: 'Så skrivs uppgifterna, med exempel på alla',
  files: 'Nya bilder och bilagor läggs till från en fil:',
  save: 'Spara utkastet',
  newer: 'Öppna den nyare texten i ett eget fönster',
};
