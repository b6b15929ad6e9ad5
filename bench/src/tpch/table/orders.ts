import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { ORDER_PRIORITIES } from '../distributions.ts';
import {
  CURRENT_DATE,
  drawLineCount,
  drawOrderDate,
  LineStreams,
  lineCounts,
  orderDates,
  orderKey,
} from '../order-streams.ts';
import { RandomStream } from '../random-stream.ts';
import { NUM_CLERKS, NUM_CUSTOMERS, scaleRows, type TableDefinition } from '../table-definition.ts';

const FULFILLED = 0;
const OPEN = 1;
const PARTLY = 2;

/** A third of all customers never orders anything: those whose key is a multiple of three (clause 4.2.3). */
function orderingCustomer(drawnKey: number, numCustomers: number): number {
  let key = drawnKey;
  let step = 1;
  while (key % 3 === 0) {
    key = Math.min(key + step, numCustomers);
    step = -step;
  }
  return key;
}

export const orders: TableDefinition = {
  name: 'orders',
  columns: [
    { name: 'o_orderkey', kind: ColumnKind.Int64 },
    { name: 'o_custkey', kind: ColumnKind.Int64 },
    { name: 'o_orderstatus', kind: ColumnKind.Word, words: ['F', 'O', 'P'] },
    { name: 'o_totalprice', kind: ColumnKind.Money },
    { name: 'o_orderdate', kind: ColumnKind.Date },
    { name: 'o_orderpriority', kind: ColumnKind.Word, words: ORDER_PRIORITIES },
    { name: 'o_clerk', kind: ColumnKind.Label, words: ['Clerk#'] },
    { name: 'o_shippriority', kind: ColumnKind.Int32 },
    { name: 'o_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 224,
  fill(batch, { parent }, numRows, { pool, scaleFactor }) {
    const key = batch.column('o_orderkey').numbers;
    const customerKey = batch.column('o_custkey').numbers;
    const status = batch.column('o_orderstatus').ints;
    const totalPrice = batch.column('o_totalprice').ints;
    const orderDate = batch.column('o_orderdate').ints;
    const priority = batch.column('o_orderpriority').ints;
    const clerk = batch.column('o_clerk').numbers;
    const shipPriority = batch.column('o_shippriority').ints;
    const comment = batch.column('o_comment');
    const dates = orderDates(parent);
    const counts = lineCounts(parent);
    const lines = new LineStreams(parent, scaleFactor);
    const customers = new RandomStream(851767375).skipRows(parent);
    const priorities = new RandomStream(591449447).skipRows(parent);
    const clerks = new RandomStream(1171034773).skipRows(parent);
    const comments = new CommentStream(276090261, 49, pool).skipRows(parent);
    const numCustomers = scaleRows(NUM_CUSTOMERS, scaleFactor);
    const numClerks = Math.max(NUM_CLERKS, scaleRows(NUM_CLERKS, scaleFactor));
    for (let row = 0; row < numRows; row++) {
      const date = drawOrderDate(dates);
      const numLines = drawLineCount(counts);
      let price = 0;
      let numShipped = 0;
      for (let line = 0; line < numLines; line++) {
        lines.drawLine(date);
        // Both divisions cut off, in this order: the reference data is made in whole hundredths.
        const discounted = Math.floor((lines.extendedPrice * (100 - lines.discount)) / 100);
        price += Math.floor((discounted * (100 + lines.tax)) / 100);
        if (lines.shipDate <= CURRENT_DATE) numShipped++;
      }
      key[row] = orderKey(parent + row + 1);
      customerKey[row] = orderingCustomer(customers.key(numCustomers), numCustomers);
      status[row] = numShipped === numLines ? FULFILLED : numShipped > 0 ? PARTLY : OPEN;
      totalPrice[row] = price;
      orderDate[row] = date;
      priority[row] = priorities.int(0, ORDER_PRIORITIES.length - 1);
      clerk[row] = clerks.key(numClerks);
      shipPriority[row] = 0;
      comments.drawInto(comment, row);
      dates.finishRow();
      counts.finishRow();
      lines.finishOrder();
      customers.finishRow();
      priorities.finishRow();
      clerks.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
