import type { BenchQuery, Suite } from './bench-query.ts';

/** Grouping with many groups: a million random keys in 6 million rows at scale factor 1, and keys of lineitem. */
export const groupSuite: Suite = {
  tables: ['key_values', 'lineitem'],
  queries: () => [
    query(
      'random_keys',
      'a million keys in any order',
      `SELECT count(*) AS groups, sum(total) AS total, max(n) AS most
       FROM (SELECT k, sum(v) AS total, count(*) AS n FROM key_values GROUP BY k) AS g`,
    ),
    query(
      'random_keys_top',
      'the ten largest groups',
      'SELECT k, count(*) AS n FROM key_values GROUP BY k ORDER BY n DESC, k LIMIT 10',
    ),
    query('distinct_keys', 'a million distinct keys', 'SELECT count(DISTINCT k) AS n FROM key_values'),
    query(
      'clustered_keys',
      'keys that lie together',
      `SELECT count(*) AS groups, max(n) AS most
       FROM (SELECT l_orderkey, count(*) AS n FROM lineitem GROUP BY l_orderkey) AS g`,
    ),
    query(
      'two_keys',
      'pairs of keys',
      `SELECT count(*) AS groups, max(n) AS most
       FROM (SELECT l_partkey, l_suppkey, count(*) AS n FROM lineitem GROUP BY l_partkey, l_suppkey) AS g`,
    ),
  ],
};

function query(id: string, title: string, sql: string): BenchQuery {
  return { id, title, sql, check: { kind: 'rows' } };
}
