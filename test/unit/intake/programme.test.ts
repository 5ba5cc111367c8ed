import { describe, expect, it } from 'vitest';
import { parseProgramme } from '../../../src/shared/intake/programme.ts';

describe('a pasted programme', () => {
  it('starts an item at each time and hangs dashes below it', () => {
    const { items, problems } = parseProgramme(
      '09.00 Fika\n09.45 Arbete i grupper\n– Företag som växer\n- Vård på distans\n• Resor\n\n12:00 Lunch',
    );
    expect(problems).toEqual([]);
    expect(items).toEqual([
      { time: '09:00', text: 'Fika', points: [] },
      { time: '09:45', text: 'Arbete i grupper', points: ['Företag som växer', 'Vård på distans', 'Resor'] },
      { time: '12:00', text: 'Lunch', points: [] },
    ]);
  });

  it('keeps when an item ends', () => {
    expect(parseProgramme('kl. 9.00–9.30: Fika').items).toEqual([{ time: '09:00', end: '09:30', text: 'Fika', points: [] }]);
  });

  it('goes on with a line that is neither a time nor a dash', () => {
    const { items } = parseProgramme('9.00\nInledning:\nKarin Ekholm\n– Första\npunkten');
    expect(items).toEqual([{ time: '09:00', text: 'Inledning: Karin Ekholm', points: ['Första punkten'] }]);
  });

  it('does not take a text with a number in front for a time', () => {
    expect(parseProgramme('9.00 Fika\n3 korta föredrag').items[0]?.text).toBe('Fika 3 korta föredrag');
  });

  it('says where a time has nothing beside it', () => {
    expect(parseProgramme('9.00 Fika\n10.00').problems).toMatchObject([{ at: 'line 2', message: 'nothing stands at 10:00.' }]);
  });
});
