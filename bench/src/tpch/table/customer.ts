import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { AddressStream, MAX_ADDRESS_BYTES, PHONE_BYTES, PhoneStream } from '../contact-streams.ts';
import { MARKET_SEGMENTS } from '../distributions.ts';
import { RandomStream } from '../random-stream.ts';
import type { TableDefinition } from '../table-definition.ts';
import { NUM_NATIONS } from './nation.ts';

export const customer: TableDefinition = {
  name: 'customer',
  columns: [
    { name: 'c_custkey', kind: ColumnKind.Int64 },
    { name: 'c_name', kind: ColumnKind.Label, words: ['Customer#'] },
    { name: 'c_address', kind: ColumnKind.Text, maxBytes: MAX_ADDRESS_BYTES },
    { name: 'c_nationkey', kind: ColumnKind.Int32 },
    { name: 'c_phone', kind: ColumnKind.Text, maxBytes: PHONE_BYTES },
    { name: 'c_acctbal', kind: ColumnKind.Money },
    { name: 'c_mktsegment', kind: ColumnKind.Word, words: MARKET_SEGMENTS },
    { name: 'c_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 288,
  fill(batch, { parent }, numRows, { pool }) {
    const key = batch.column('c_custkey').numbers;
    const name = batch.column('c_name').numbers;
    const address = batch.column('c_address');
    const nationKey = batch.column('c_nationkey').ints;
    const phone = batch.column('c_phone');
    const balance = batch.column('c_acctbal').ints;
    const segment = batch.column('c_mktsegment').ints;
    const comment = batch.column('c_comment');
    const addresses = new AddressStream(881155353).skipRows(parent);
    const nations = new RandomStream(1489529863).skipRows(parent);
    const phones = new PhoneStream(1521138112).skipRows(parent);
    const balances = new RandomStream(298370230).skipRows(parent);
    const segments = new RandomStream(1140279430).skipRows(parent);
    const comments = new CommentStream(1335826707, 73, pool).skipRows(parent);
    for (let row = 0; row < numRows; row++) {
      const nation = nations.int(0, NUM_NATIONS - 1);
      key[row] = parent + row + 1;
      name[row] = parent + row + 1;
      addresses.drawInto(address, row);
      nationKey[row] = nation;
      phones.drawInto(phone, row, nation);
      balance[row] = balances.int(-99_999, 999_999);
      segment[row] = segments.int(0, MARKET_SEGMENTS.length - 1);
      comments.drawInto(comment, row);
      addresses.finishRow();
      nations.finishRow();
      phones.finishRow();
      balances.finishRow();
      segments.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
