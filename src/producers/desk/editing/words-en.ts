import type { DeskWords } from '../words.ts';

/** Writing and correcting at the desk, in English. */
export const editing: DeskWords['editing'] = {
  newTitle: 'New press release',
  editTitle: 'Change the text',
  correctTitle: 'Correct the text',
  correctLead: 'Readers see the published text until the correction is approved and published. What you save here is a draft.',
  approvalLost: 'When you save, the approval no longer holds. The text is then submitted anew.',
  headline: 'Headline',
  lead: 'Lead',
  leadHelp: 'What has happened, where, and who decided. It is not repeated in the text.',
  body: 'Text',
  bodyHelp: 'An empty line between paragraphs. ## before a subheading, - before a point of a list, a quotation mark before a quote.',
  fields: 'Other facts',
  fieldsHelp:
    'Topics, decisions, fact boxes, contacts and more, each on a line of its own: name, colon, value. What belongs together is indented alike.',
  topics: 'Topics to choose from:',
  example: 'How they are written, with an example of each',
  files: 'New pictures and documents are added from a file:',
  save: 'Save the draft',
  newer: 'Open the newer text in a window of its own',
};
