import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assigningConstructor, generatedConstructor } from './row-constructor.ts';

const name = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    '1',
    'a',
    'b',
    '?column?',
    '"',
    '`${x}`',
    '\u2028',
    "'; //",
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

test('generated and assigned rows are the same, whatever the columns are called', () => {
  fc.assert(
    fc.property(fc.array(name, { maxLength: 6 }), fc.nat({ max: 4 }), (names, numRows) => {
      const values = names.map((_, column) => Array.from({ length: numRows }, (__, row) => `${column} ${row}`));
      const generated = generatedConstructor(names)!(values, numRows);
      const assigned = assigningConstructor(names)(values, numRows);
      expect(generated.map(Object.entries)).toEqual(assigned.map(Object.entries));
      for (const [row, object] of generated.entries()) {
        expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
        // Of columns with one name the last one wins.
        expect(Object.entries(object)).toHaveLength(new Set(names).size);
        for (const key of names)
          expect(Object.entries(object)).toContainEqual([key, `${names.lastIndexOf(key)} ${row}`]);
      }
    }),
  );
});
