import type { BenchQuery, Suite } from './bench-query.ts';

/** Hash joins of lineitem and orders: 6 million rows and 1.5 million at scale factor 1, one match each. */
export const joinSuite: Suite = {
  tables: ['orders', 'lineitem'],
  queries: () => [
    query('join_count', 'the join alone', 'SELECT count(*) AS n FROM lineitem JOIN orders ON l_orderkey = o_orderkey'),
    query(
      'join_sum',
      'a value from each side',
      `SELECT sum(l_extendedprice) AS price, sum(o_totalprice) AS total
       FROM lineitem JOIN orders ON l_orderkey = o_orderkey`,
    ),
    query(
      'join_filter',
      'one order in seven is kept',
      `SELECT count(*) AS n, sum(l_quantity) AS quantity
       FROM lineitem JOIN orders ON l_orderkey = o_orderkey
       WHERE o_orderdate < date '1993-01-01'`,
    ),
    query(
      'join_group',
      'text from the small side as key',
      `SELECT o_orderpriority, count(*) AS n, sum(l_extendedprice) AS price
       FROM lineitem JOIN orders ON l_orderkey = o_orderkey GROUP BY o_orderpriority`,
    ),
    query(
      'left_join',
      'most orders without a match',
      `SELECT count(*) AS n, count(l_orderkey) AS matched
       FROM orders LEFT JOIN lineitem ON o_orderkey = l_orderkey AND l_shipdate >= date '1998-06-01'`,
    ),
  ],
};

function query(id: string, title: string, sql: string): BenchQuery {
  return { id, title, sql, check: { kind: 'rows' } };
}
