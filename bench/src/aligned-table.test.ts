import { describe, expect, it } from 'vitest';
import { alignedTable, formatBytes } from './aligned-table.ts';

describe('alignedTable', () => {
  it('stands numbers right and text left', () => {
    const text = alignedTable(
      ['table', 'rows', 'seconds', 'note'],
      [
        ['orders', 15_000, '0.25', ''],
        ['nation', 25, '10.00', 'small'],
      ],
    );
    expect(text).toBe(
      ['table     rows  seconds  note', 'orders  15,000     0.25', 'nation      25    10.00  small'].join('\n'),
    );
  });

  it('renders a header alone', () => {
    expect(alignedTable(['a', 'b'], [])).toBe('a  b');
  });
});

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [753_862_072, '753.9 MB'],
    [5e15, '5000.0 TB'],
  ])('writes %i as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
