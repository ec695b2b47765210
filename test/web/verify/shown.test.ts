import { describe, expect, it } from '@jest/globals';
import type { JsonValue } from '../../../certs/jcs.ts';
import { fieldsMax, type ShownField, shownOf } from '../../../web/verify/engine/shown.ts';

const count = (fields: readonly ShownField[]): number =>
  fields.reduce((sum, field) => sum + 1 + (field.is === 'GROUP' ? count(field.fields) : 0), 0);

describe('what a record says', () => {
  it('is shown with what is disclosed in the place of leaves, and struck out where nothing is', () => {
    const leaf = { leaf: 'ab'.repeat(32) };
    const record = { holder: '某公司', content: { founders: [{ name: leaf, contribution: '1.00' }, { name: leaf }] } };
    const { fields, isCut } = shownOf(record, { 'content.founders.0.name': '乙丑某' }, ['content.founders.1.name']);
    expect(isCut).toBe(false);
    expect(JSON.stringify(fields)).not.toContain(leaf.leaf);
    expect(fields).toMatchObject([
      { name: 'holder', is: 'TEXT', text: '某公司' },
      {
        name: 'content',
        fields: [
          {
            path: 'content.founders',
            fields: [
              { name: '1', fields: [{ path: 'content.founders.0.name', text: '乙丑某' }, { text: '1.00' }] },
              { name: '2', fields: [{ path: 'content.founders.1.name', is: 'STRUCK_OUT' }] },
            ],
          },
        ],
      },
    ]);
  });

  it('is cut where it is endless, and says so', () => {
    let deep: JsonValue = 'bottom';
    for (let i = 0; i < 50_000; i++) deep = [deep];
    const endless = { many: Array.from({ length: 50_000 }, (_, i) => i), deep, long: 'x'.repeat(1_000_000) };
    for (const [name, value] of Object.entries(endless)) {
      const { fields, isCut } = shownOf({ [name]: value }, {}, []);
      expect(isCut).toBe(true);
      expect(count(fields)).toBeLessThanOrEqual(fieldsMax);
      expect(JSON.stringify(fields).length).toBeLessThan(200_000);
    }
  });

  it('holds no character that turns writing around or moves a cursor, in names neither', () => {
    const { fields } = shownOf({ 'a\u202eb': 'x\u0007\u200f' }, {}, []);
    expect(fields).toEqual([{ name: 'a\u{fffd}b', path: 'a\u{fffd}b', is: 'TEXT', text: 'x\u{fffd}\u{fffd}' }]);
  });

  it('takes no member of every object for a disclosure', () => {
    const record = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as Record<string, JsonValue>;
    expect(shownOf(record, {}, []).fields.map(field => field.is === 'TEXT' && field.text)).toEqual(['a', 'b', 'c']);
  });
});
