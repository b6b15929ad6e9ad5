import { tpchQuery } from '../tpch/index.ts';
import type { BenchQuery, Suite } from './bench-query.ts';

/** Parts at scale factor 1, each in about 30 rows of lineitem. */
const PARTS = 200_000;

/** What a scan does, a thing at a time, over TPC-H's lineitem. */
export const scanSuite: Suite = {
  tables: ['lineitem'],
  queries: (scaleFactor) => [
    query('q1', 'TPC-H 1: eight aggregates in four groups', tpchQuery(1)),
    query('q6', 'TPC-H 6: three filters, one sum', tpchQuery(6)),
    query(
      'like',
      'a word pair within text',
      "SELECT count(*) AS n FROM lineitem WHERE l_comment LIKE '%special%requests%'",
    ),
    query('count_distinct', 'distinct integers', 'SELECT count(DISTINCT l_suppkey) AS n FROM lineitem'),
    query(
      'group_shipmode',
      'seven groups of text',
      'SELECT l_shipmode, count(*) AS n, sum(l_quantity) AS quantity FROM lineitem GROUP BY l_shipmode',
    ),
    query(
      'group_prefix',
      'many groups of computed text',
      `SELECT substring(l_comment, 1, 8) AS prefix, count(*) AS n FROM lineitem GROUP BY substring(l_comment, 1, 8)`,
    ),
    query('count', 'rows', 'SELECT count(*) AS n FROM lineitem'),
    query(
      'min_max',
      'extremes of a date, a decimal and text',
      `SELECT min(l_shipdate) AS first, max(l_shipdate) AS last, min(l_extendedprice) AS low, max(l_extendedprice) AS high,
              min(l_comment) AS first_comment, max(l_comment) AS last_comment
       FROM lineitem`,
    ),
    query(
      'select_1pct',
      'five columns of one row in a hundred',
      `SELECT l_orderkey, l_partkey, l_extendedprice, l_shipdate, l_comment
       FROM lineitem WHERE l_partkey <= ${Math.max(1, Math.round((PARTS * scaleFactor) / 100))}`,
    ),
  ],
};

function query(id: string, title: string, sql: string): BenchQuery {
  return { id, title, sql, check: { kind: 'rows' } };
}
