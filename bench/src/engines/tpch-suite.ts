import { TPCH_QUERY_NUMBERS, TPCH_TABLE_NAMES, tpchQuery } from '../tpch/index.ts';
import type { Suite } from './bench-query.ts';

/** The 22 queries of TPC-H with the specification's validation parameters. */
export const tpchSuite: Suite = {
  tables: TPCH_TABLE_NAMES,
  queries: () =>
    TPCH_QUERY_NUMBERS.map((number) => ({
      id: `q${number}`,
      title: `TPC-H query ${number}`,
      sql: tpchQuery(number),
      check: { kind: 'rows' },
    })),
};
