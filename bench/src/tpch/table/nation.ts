import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { NATIONS } from '../distributions.ts';
import type { TableDefinition } from '../table-definition.ts';

export const NUM_NATIONS = NATIONS.length;

export const nation: TableDefinition = {
  name: 'nation',
  columns: [
    { name: 'n_nationkey', kind: ColumnKind.Int32 },
    { name: 'n_name', kind: ColumnKind.Word, words: NATIONS.map(([name]) => name) },
    { name: 'n_regionkey', kind: ColumnKind.Int32 },
    { name: 'n_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 192,
  fill(batch, { parent }, numRows, { pool }) {
    const key = batch.column('n_nationkey').ints;
    const name = batch.column('n_name').ints;
    const regionKey = batch.column('n_regionkey').ints;
    const comment = batch.column('n_comment');
    const comments = new CommentStream(606179079, 72, pool).skipRows(parent);
    for (let row = 0; row < numRows; row++) {
      key[row] = parent + row;
      name[row] = parent + row;
      regionKey[row] = NATIONS[parent + row]![1];
      comments.drawInto(comment, row);
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
