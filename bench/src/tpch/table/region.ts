import { ColumnKind } from '../column-buffer.ts';
import { CommentStream } from '../comment-stream.ts';
import { REGIONS } from '../distributions.ts';
import type { TableDefinition } from '../table-definition.ts';

export const NUM_REGIONS = REGIONS.length;

export const region: TableDefinition = {
  name: 'region',
  columns: [
    { name: 'r_regionkey', kind: ColumnKind.Int32 },
    { name: 'r_name', kind: ColumnKind.Word, words: REGIONS },
    { name: 'r_comment', kind: ColumnKind.Comment },
  ],
  maxTextBytes: 160,
  fill(batch, { parent }, numRows, { pool }) {
    const key = batch.column('r_regionkey').ints;
    const name = batch.column('r_name').ints;
    const comment = batch.column('r_comment');
    const comments = new CommentStream(1500869201, 72, pool).skipRows(parent);
    for (let row = 0; row < numRows; row++) {
      key[row] = parent + row;
      name[row] = parent + row;
      comments.drawInto(comment, row);
      comments.finishRow();
    }
    batch.numRows = numRows;
  },
};
