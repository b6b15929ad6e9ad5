import { formatType } from 'millrace';
import { jsonText } from './json-value.ts';
import type { ResultEncoder } from './result-format.ts';

/** One object: `columns` with SQL types, `rows` as objects, one a line, and `numRows`. A document that was cut off does not parse. */
export const encodeJson: ResultEncoder = async function* ({ columns, batches }) {
  const head = columns.map(({ name, type, nullable }) => ({ name, type: formatType(type), nullable }));
  yield `{"columns":${JSON.stringify(head)},\n"rows":[`;
  let numRows = 0;
  for await (const batch of batches) {
    if (batch.numRows === 0) continue;
    yield `${numRows === 0 ? '\n' : ',\n'}${batch.toRows().map(jsonText).join(',\n')}`;
    numRows += batch.numRows;
  }
  yield `],\n"numRows":${numRows}}\n`;
};
