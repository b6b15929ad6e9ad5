import { describe, expect, it } from 'vitest';
import { MAX_SENTENCE_BYTES, SentenceWriter } from './sentence-writer.ts';
import { allocateTextPool, TEXT_POOL_BYTES, TextPool } from './text-pool.ts';
import { ENTRY_LEADS, ENTRY_STATES } from './text-pool-entries.ts';

const SEED = 933588178;
const BLOCK_BYTES = 1024 * 1024;
const NUM_BLOCKS = TEXT_POOL_BYTES / BLOCK_BYTES;

function read(pool: TextPool, offset: number, length: number): string {
  pool.prepare(offset, length);
  return Buffer.from(pool.view.buffer, offset, length).toString('latin1');
}

describe('text pool', () => {
  it('has the entries that a walk from the seed passes', () => {
    const sentence = new DataView(new ArrayBuffer(2 * MAX_SENTENCE_BYTES));
    const writer = new SentenceWriter(SEED);
    const states: number[] = [];
    const leads: number[] = [];
    let start = 0;
    while (states.length < NUM_BLOCKS) {
      const { state } = writer;
      const end = start + writer.write(sentence, 0, 1);
      for (
        let border = states.length * BLOCK_BYTES;
        border < end && states.length < NUM_BLOCKS;
        border += BLOCK_BYTES
      ) {
        states.push(state);
        leads.push(border - start);
      }
      start = end;
    }
    expect(states).toEqual(ENTRY_STATES);
    expect(leads).toEqual(ENTRY_LEADS);
  });

  it('joins its blocks without a seam', () => {
    const pool = new TextPool(allocateTextPool());
    const whole = new DataView(new ArrayBuffer(3 * BLOCK_BYTES + MAX_SENTENCE_BYTES));
    new SentenceWriter(SEED).write(whole, 0, 3 * BLOCK_BYTES);
    for (const border of [BLOCK_BYTES, 2 * BLOCK_BYTES]) {
      const expected = Buffer.from(whole.buffer, border - 100, 200).toString('latin1');
      expect(read(pool, border - 100, 200)).toBe(expected);
    }
  });

  it('reads to its last byte', () => {
    const pool = new TextPool(allocateTextPool());
    expect(read(pool, TEXT_POOL_BYTES - 100, 100)).toMatch(/^[ -~]{100}$/);
  });

  it('gives two readers of one memory the same text', () => {
    const shared = allocateTextPool();
    const first = read(new TextPool(shared), 12_345_678, 80);
    expect(read(new TextPool(shared), 12_345_678, 80)).toBe(first);
  });
});
