import { type ColumnBuffer, ColumnKind } from '../column-buffer.ts';
import { AddressStream, MAX_ADDRESS_BYTES, PHONE_BYTES, PhoneStream } from '../contact-streams.ts';
import { RandomStream } from '../random-stream.ts';
import type { TableDefinition } from '../table-definition.ts';
import { TEXT_POOL_BYTES, type TextPool } from '../text-pool.ts';
import { NUM_NATIONS } from './nation.ts';

const MIN_COMMENT_LENGTH = 25;
const MAX_COMMENT_LENGTH = 100;

const encode = (text: string) => new TextEncoder().encode(text);
const CUSTOMER = encode('Customer ');
const COMPLAINTS = encode('Complaints');
const RECOMMENDS = encode('Recommends');
const REMARK_LENGTH = CUSTOMER.length + COMPLAINTS.length;

/** Of 10,000 suppliers about 10 have a remark, half of them complaints (clause 4.2.3, "Better Business Bureau"). */
const REMARK_ODDS = 10_000;
const REMARKS = 10;
const COMPLAINT_PERCENT = 50;

/** Comments of suppliers; a few hold `Customer ... Complaints` or `Customer ... Recommends` for queries to find. */
class SupplierComments {
  readonly #pool: TextPool;
  readonly #comment: RandomStream;
  readonly #chance: RandomStream;
  readonly #gap: RandomStream;
  readonly #offset: RandomStream;
  readonly #type: RandomStream;

  constructor(pool: TextPool, firstRow: number) {
    this.#pool = pool;
    this.#comment = new RandomStream(1341315363, 2).skipRows(firstRow);
    this.#chance = new RandomStream(202794285).skipRows(firstRow);
    this.#gap = new RandomStream(263032577).skipRows(firstRow);
    this.#offset = new RandomStream(715851524).skipRows(firstRow);
    this.#type = new RandomStream(753643799).skipRows(firstRow);
  }

  drawInto(column: ColumnBuffer, row: number): void {
    const offset = this.#comment.int(0, TEXT_POOL_BYTES - MAX_COMMENT_LENGTH);
    const length = this.#comment.int(MIN_COMMENT_LENGTH, MAX_COMMENT_LENGTH);
    this.#pool.prepare(offset, length);
    const start = row === 0 ? 0 : column.ints[row - 1]!;
    for (let index = 0; index < length; index++) {
      column.text[start + index] = this.#pool.view.getUint8(offset + index);
    }
    column.ints[row] = start + length;
    if (this.#chance.int(1, REMARK_ODDS) <= REMARKS) {
      const gap = this.#gap.int(0, length - REMARK_LENGTH);
      const at = start + this.#offset.int(0, length - REMARK_LENGTH - gap);
      column.text.set(CUSTOMER, at);
      const verb = this.#type.int(0, 100) < COMPLAINT_PERCENT ? COMPLAINTS : RECOMMENDS;
      column.text.set(verb, at + CUSTOMER.length + gap);
    }
  }

  finishRow(): void {
    this.#comment.finishRow();
    this.#chance.finishRow();
    this.#gap.finishRow();
    this.#offset.finishRow();
    this.#type.finishRow();
  }
}

export const supplier: TableDefinition = {
  name: 'supplier',
  columns: [
    { name: 's_suppkey', kind: ColumnKind.Int64 },
    { name: 's_name', kind: ColumnKind.Label, words: ['Supplier#'] },
    { name: 's_address', kind: ColumnKind.Text, maxBytes: MAX_ADDRESS_BYTES },
    { name: 's_nationkey', kind: ColumnKind.Int32 },
    { name: 's_phone', kind: ColumnKind.Text, maxBytes: PHONE_BYTES },
    { name: 's_acctbal', kind: ColumnKind.Money },
    { name: 's_comment', kind: ColumnKind.Text, maxBytes: MAX_COMMENT_LENGTH },
  ],
  maxTextBytes: 256,
  fill(batch, { parent }, numRows, { pool }) {
    const key = batch.column('s_suppkey').numbers;
    const name = batch.column('s_name').numbers;
    const address = batch.column('s_address');
    const nationKey = batch.column('s_nationkey').ints;
    const phone = batch.column('s_phone');
    const balance = batch.column('s_acctbal').ints;
    const comment = batch.column('s_comment');
    const addresses = new AddressStream(706178559).skipRows(parent);
    const nations = new RandomStream(110356601).skipRows(parent);
    const phones = new PhoneStream(884434366).skipRows(parent);
    const balances = new RandomStream(962338209).skipRows(parent);
    const comments = new SupplierComments(pool, parent);
    for (let row = 0; row < numRows; row++) {
      const nation = nations.int(0, NUM_NATIONS - 1);
      key[row] = parent + row + 1;
      name[row] = parent + row + 1;
      addresses.drawInto(address, row);
      nationKey[row] = nation;
      phones.drawInto(phone, row, nation);
      balance[row] = balances.int(-99_999, 999_999);
      comments.drawInto(comment, row);
      addresses.finishRow();
      nations.finishRow();
      phones.finishRow();
      balances.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
