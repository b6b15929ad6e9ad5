import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { RandomStream } from '../random-stream.ts';
import { NUM_SUPPLIERS, SUPPLIERS_PER_PART, scaleRows, type TableDefinition } from '../table-definition.ts';

/**
 * One of the four suppliers of a part: they lie a quarter of all suppliers apart, a little more with every round of
 * keys (clause 4.2.3, PS_SUPPKEY).
 */
export function supplierOfPart(partKey: number, index: number, numSuppliers: number): number {
  const step = Math.floor(numSuppliers / SUPPLIERS_PER_PART) + Math.floor((partKey - 1) / numSuppliers);
  return ((partKey + index * step) % numSuppliers) + 1;
}

export const partsupp: TableDefinition = {
  name: 'partsupp',
  columns: [
    { name: 'ps_partkey', kind: ColumnKind.Int64 },
    { name: 'ps_suppkey', kind: ColumnKind.Int64 },
    { name: 'ps_availqty', kind: ColumnKind.Int64 },
    { name: 'ps_supplycost', kind: ColumnKind.Money },
    { name: 'ps_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 288,
  fill(batch, { parent, skip }, numRows, { pool, scaleFactor }) {
    const partKey = batch.column('ps_partkey').numbers;
    const supplierKey = batch.column('ps_suppkey').numbers;
    const quantity = batch.column('ps_availqty').numbers;
    const cost = batch.column('ps_supplycost').ints;
    const comment = batch.column('ps_comment');
    const quantities = new RandomStream(1671059989, SUPPLIERS_PER_PART).skipRows(parent);
    const costs = new RandomStream(1051288424, SUPPLIERS_PER_PART).skipRows(parent);
    const comments = new CommentStream(1961692154, 124, pool, SUPPLIERS_PER_PART).skipRows(parent);
    const numSuppliers = scaleRows(NUM_SUPPLIERS, scaleFactor);
    let key = parent;
    let row = -skip;
    while (row < numRows) {
      key++;
      for (let index = 0; index < SUPPLIERS_PER_PART && row < numRows; index++, row++) {
        const available = quantities.int(1, 9_999);
        const hundredths = costs.int(100, 100_000);
        comments.drawInto(comment, row);
        if (row < 0) continue;
        partKey[row] = key;
        supplierKey[row] = supplierOfPart(key, index, numSuppliers);
        quantity[row] = available;
        cost[row] = hundredths;
      }
      quantities.finishRow();
      costs.finishRow();
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
