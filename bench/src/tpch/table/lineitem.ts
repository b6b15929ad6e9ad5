import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { SHIP_INSTRUCTIONS, SHIP_MODES } from '../distributions.ts';
import {
  CURRENT_DATE,
  drawLineCount,
  drawOrderDate,
  LineStreams,
  lineCounts,
  MAX_LINES_PER_ORDER,
  MAX_RECEIPT_DAYS,
  orderDates,
  orderKey,
} from '../order-streams.ts';
import { RandomStream } from '../random-stream.ts';
import { NUM_SUPPLIERS, SUPPLIERS_PER_PART, scaleRows, type TableDefinition } from '../table-definition.ts';
import { supplierOfPart } from './partsupp.ts';

/** The order in which dbgen draws the first two; N is the flag of what has not arrived. */
const RETURN_FLAGS = ['R', 'A', 'N'];
const NOT_RETURNED = 2;
const LINE_STATUSES = ['O', 'F'];

export const lineitem: TableDefinition = {
  name: 'lineitem',
  columns: [
    { name: 'l_orderkey', kind: ColumnKind.Int64 },
    { name: 'l_partkey', kind: ColumnKind.Int64 },
    { name: 'l_suppkey', kind: ColumnKind.Int64 },
    { name: 'l_linenumber', kind: ColumnKind.Int64 },
    { name: 'l_quantity', kind: ColumnKind.Quantity },
    { name: 'l_extendedprice', kind: ColumnKind.Money },
    { name: 'l_discount', kind: ColumnKind.Money },
    { name: 'l_tax', kind: ColumnKind.Money },
    { name: 'l_returnflag', kind: ColumnKind.Word, words: RETURN_FLAGS },
    { name: 'l_linestatus', kind: ColumnKind.Word, words: LINE_STATUSES },
    { name: 'l_shipdate', kind: ColumnKind.Date },
    { name: 'l_commitdate', kind: ColumnKind.Date },
    { name: 'l_receiptdate', kind: ColumnKind.Date },
    { name: 'l_shipinstruct', kind: ColumnKind.Word, words: SHIP_INSTRUCTIONS },
    { name: 'l_shipmode', kind: ColumnKind.Word, words: SHIP_MODES },
    { name: 'l_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 224,
  fill(batch, { parent, skip }, numRows, { pool, scaleFactor }) {
    const key = batch.column('l_orderkey').numbers;
    const partKey = batch.column('l_partkey').numbers;
    const supplierKey = batch.column('l_suppkey').numbers;
    const lineNumber = batch.column('l_linenumber').numbers;
    const quantity = batch.column('l_quantity').ints;
    const extendedPrice = batch.column('l_extendedprice').ints;
    const discount = batch.column('l_discount').ints;
    const tax = batch.column('l_tax').ints;
    const returnFlag = batch.column('l_returnflag').ints;
    const lineStatus = batch.column('l_linestatus').ints;
    const shipDate = batch.column('l_shipdate').ints;
    const commitDate = batch.column('l_commitdate').ints;
    const receiptDate = batch.column('l_receiptdate').ints;
    const shipInstruction = batch.column('l_shipinstruct').ints;
    const shipMode = batch.column('l_shipmode').ints;
    const comment = batch.column('l_comment');
    const start = (seed: number) => new RandomStream(seed, MAX_LINES_PER_ORDER).skipRows(parent);
    const dates = orderDates(parent);
    const counts = lineCounts(parent);
    const lines = new LineStreams(parent, scaleFactor);
    const suppliers = start(2095021727);
    const commitDays = start(904914315);
    const receiptDays = start(373135028);
    const returnFlags = start(717419739);
    const shipInstructions = start(1371272478);
    const shipModes = start(675466456);
    const comments = new CommentStream(1095462486, 27, pool, MAX_LINES_PER_ORDER).skipRows(parent);
    const numSuppliers = scaleRows(NUM_SUPPLIERS, scaleFactor);
    let order = parent;
    let row = -skip;
    while (row < numRows) {
      order++;
      const orderDate = drawOrderDate(dates);
      const numLines = drawLineCount(counts);
      for (let line = 1; line <= numLines && row < numRows; line++, row++) {
        lines.drawLine(orderDate);
        const supplierIndex = suppliers.int(0, SUPPLIERS_PER_PART - 1);
        const committed = orderDate + commitDays.int(30, 90);
        const received = lines.shipDate + receiptDays.int(1, MAX_RECEIPT_DAYS);
        const flag = received <= CURRENT_DATE ? returnFlags.int(0, 1) : NOT_RETURNED;
        const instruction = shipInstructions.int(0, SHIP_INSTRUCTIONS.length - 1);
        const mode = shipModes.int(0, SHIP_MODES.length - 1);
        comments.drawInto(comment, row);
        if (row < 0) continue;
        key[row] = orderKey(order);
        partKey[row] = lines.partKey;
        supplierKey[row] = supplierOfPart(lines.partKey, supplierIndex, numSuppliers);
        lineNumber[row] = line;
        quantity[row] = lines.quantity * 100;
        extendedPrice[row] = lines.extendedPrice;
        discount[row] = lines.discount;
        tax[row] = lines.tax;
        returnFlag[row] = flag;
        lineStatus[row] = lines.shipDate <= CURRENT_DATE ? 1 : 0;
        shipDate[row] = lines.shipDate;
        commitDate[row] = committed;
        receiptDate[row] = received;
        shipInstruction[row] = instruction;
        shipMode[row] = mode;
      }
      dates.finishRow();
      counts.finishRow();
      lines.finishOrder();
      suppliers.finishRow();
      commitDays.finishRow();
      receiptDays.finishRow();
      returnFlags.finishRow();
      shipInstructions.finishRow();
      shipModes.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
