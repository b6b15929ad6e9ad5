import { QueryError } from '../../error/index.ts';
import type { ResultBlock } from './result-block.ts';

/** Where the blocks of a result come from. */
export interface BlockSource {
  /** The next block, undefined at the end. Calls may overlap. */
  next(): Promise<ResultBlock | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * The result as an iterable that can be iterated once. Ending the iteration early cancels the query; after the end or an error there is
 * nothing more.
 */
export function singleUse(source: BlockSource): AsyncIterable<ResultBlock> {
  let isTaken = false;
  return {
    [Symbol.asyncIterator]() {
      if (isTaken) {
        throw new QueryError('BAD_ARGUMENT', 'The result of a query can be read only once.', {
          hint: 'Run the query again, or keep its rows with toArray() or toTable().',
        });
      }
      isTaken = true;
      let isOver = false;
      return {
        async next() {
          if (isOver) return { done: true, value: undefined };
          try {
            const value = await source.next();
            if (value !== undefined) return { done: false, value };
          } catch (error) {
            isOver = true;
            throw error;
          }
          isOver = true;
          return { done: true, value: undefined };
        },
        async return() {
          if (!isOver) {
            isOver = true;
            await source.cancel(
              new QueryError('ABORTED', 'The query was cancelled: its result was not read to the end.'),
            );
          }
          return { done: true, value: undefined };
        },
      };
    },
  };
}
