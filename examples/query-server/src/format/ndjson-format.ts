import { problemOf } from '../query-problem.ts';
import { jsonText } from './json-value.ts';
import type { ResultEncoder } from './result-format.ts';

/** One JSON object a line. A failure is told by a last line `{"$error": problem}`. */
export const encodeNdjson: ResultEncoder = async function* ({ batches }) {
  try {
    for await (const batch of batches) {
      if (batch.numRows > 0) yield `${batch.toRows().map(jsonText).join('\n')}\n`;
    }
  } catch (error) {
    yield `${JSON.stringify({ $error: problemOf(error) })}\n`;
    throw error;
  }
};
