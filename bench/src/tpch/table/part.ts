import { type ColumnBuffer, ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { COLORS, CONTAINERS, PART_TYPES } from '../distributions.ts';
import { RandomStream } from '../random-stream.ts';
import type { TableDefinition } from '../table-definition.ts';

const NUM_MANUFACTURERS = 5;
const BRANDS_PER_MANUFACTURER = 5;
const MAX_SIZE = 50;
const WORDS_PER_NAME = 5;
const SPACE = 0x20;

const COLOR_BYTES = COLORS.map((color) => new TextEncoder().encode(color));
const MAX_NAME_BYTES = WORDS_PER_NAME * (Math.max(...COLOR_BYTES.map((color) => color.length)) + 1);

/** The price of a part in hundredths, which its key alone decides (clause 4.2.3). */
export function retailPrice(partKey: number): number {
  return 90_000 + (Math.floor(partKey / 10) % 20_001) + (partKey % 1_000) * 100;
}

/** Draws names of five different colours: the head of a shuffle of all 92, which every part starts anew. */
class NameStream {
  readonly #random = new RandomStream(709314158, COLORS.length);
  readonly #order = Uint8Array.from(COLORS.keys());
  readonly #swaps = new Uint8Array(WORDS_PER_NAME);

  constructor(firstRow: number) {
    this.#random.skipRows(firstRow);
  }

  drawInto(column: ColumnBuffer, row: number): void {
    const { text } = column;
    let position = row === 0 ? 0 : column.ints[row - 1]!;
    for (let place = 0; place < WORDS_PER_NAME; place++) {
      const other = this.#random.int(place, COLORS.length - 1);
      this.#swaps[place] = other;
      const chosen = this.#order[other]!;
      this.#order[other] = this.#order[place]!;
      this.#order[place] = chosen;
      const color = COLOR_BYTES[chosen]!;
      if (place > 0) text[position++] = SPACE;
      for (let index = 0; index < color.length; index++) text[position++] = color[index]!;
    }
    column.ints[row] = position;
    // Undone backwards, the five swaps restore the order at less cost than a fresh list.
    for (let place = WORDS_PER_NAME - 1; place >= 0; place--) {
      const other = this.#swaps[place]!;
      const chosen = this.#order[place]!;
      this.#order[place] = this.#order[other]!;
      this.#order[other] = chosen;
    }
  }

  finishRow(): void {
    this.#random.finishRow();
  }
}

const MANUFACTURERS = Array.from({ length: NUM_MANUFACTURERS }, (_, index) => `Manufacturer#${index + 1}`);
const BRANDS = Array.from({ length: NUM_MANUFACTURERS * BRANDS_PER_MANUFACTURER }, (_, index) => {
  const manufacturer = Math.floor(index / BRANDS_PER_MANUFACTURER) + 1;
  return `Brand#${manufacturer}${(index % BRANDS_PER_MANUFACTURER) + 1}`;
});

export const part: TableDefinition = {
  name: 'part',
  columns: [
    { name: 'p_partkey', kind: ColumnKind.Int64 },
    { name: 'p_name', kind: ColumnKind.Text, maxBytes: MAX_NAME_BYTES },
    { name: 'p_mfgr', kind: ColumnKind.Word, words: MANUFACTURERS },
    { name: 'p_brand', kind: ColumnKind.Word, words: BRANDS },
    { name: 'p_type', kind: ColumnKind.Word, words: PART_TYPES },
    { name: 'p_size', kind: ColumnKind.Int32 },
    { name: 'p_container', kind: ColumnKind.Word, words: CONTAINERS },
    { name: 'p_retailprice', kind: ColumnKind.Money },
    { name: 'p_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 256,
  fill(batch, { parent }, numRows, { pool }) {
    const key = batch.column('p_partkey').numbers;
    const name = batch.column('p_name');
    const manufacturer = batch.column('p_mfgr').ints;
    const brand = batch.column('p_brand').ints;
    const type = batch.column('p_type').ints;
    const size = batch.column('p_size').ints;
    const container = batch.column('p_container').ints;
    const price = batch.column('p_retailprice').ints;
    const comment = batch.column('p_comment');
    const names = new NameStream(parent);
    const manufacturers = new RandomStream(1).skipRows(parent);
    const brands = new RandomStream(46831694).skipRows(parent);
    const types = new RandomStream(1841581359).skipRows(parent);
    const sizes = new RandomStream(1193163244).skipRows(parent);
    const containers = new RandomStream(727633698).skipRows(parent);
    const comments = new CommentStream(804159733, 14, pool).skipRows(parent);
    for (let row = 0; row < numRows; row++) {
      const partKey = parent + row + 1;
      const maker = manufacturers.int(0, NUM_MANUFACTURERS - 1);
      key[row] = partKey;
      names.drawInto(name, row);
      manufacturer[row] = maker;
      brand[row] = maker * BRANDS_PER_MANUFACTURER + brands.int(0, BRANDS_PER_MANUFACTURER - 1);
      type[row] = types.int(0, PART_TYPES.length - 1);
      size[row] = sizes.int(1, MAX_SIZE);
      container[row] = containers.int(0, CONTAINERS.length - 1);
      price[row] = retailPrice(partKey);
      comments.drawInto(comment, row);
      names.finishRow();
      manufacturers.finishRow();
      brands.finishRow();
      types.finishRow();
      sizes.finishRow();
      containers.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
