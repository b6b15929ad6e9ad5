/**
 * Rows with types: the columns of a query as a TypeScript type, rows as objects of one's own class, and the values that keep what a
 * JavaScript number would lose.
 */
import { createEngine, fileSystemStore, formatType } from 'millrace';
import { sampleData } from './sample-data.ts';

/** bigint is a `bigint`, a decimal is text with all its digits, a date is `YYYY-MM-DD`; see `Query.rowBatches`. */
interface OrderRow {
  readonly o_orderkey: bigint;
  readonly o_totalprice: string;
  readonly o_orderdate: string;
}

class Order {
  readonly key: bigint;
  readonly cents: bigint;
  readonly date: string;

  constructor({ o_orderkey, o_totalprice, o_orderdate }: OrderRow) {
    this.key = o_orderkey;
    this.cents = BigInt(o_totalprice.replace('.', ''));
    this.date = o_orderdate;
  }
}

await using engine = createEngine({ stores: { lake: fileSystemStore({ root: await sampleData() }) } });
const query = engine.sql<OrderRow>`
  SELECT o_orderkey, o_totalprice, o_orderdate
  FROM "lake/orders.parquet" WHERE o_orderkey = ANY(${[1n, 2n, 3n]}) ORDER BY o_orderkey`;
console.log((await query.columns).map(({ name, type }) => `${name} ${formatType(type)}`).join(', '));
const orders = (await query.toArray()).map((row) => new Order(row));
console.table(orders);
console.log(`together ${orders.reduce((sum, { cents }) => sum + cents, 0n)} cents`);

// Rows come in batches, so that a large result is never in memory as a whole.
let numRows = 0;
for await (const rows of engine
  .query<{ l_orderkey: bigint }>('SELECT l_orderkey FROM "lake/lineitem.parquet"')
  .rowBatches()) {
  numRows += rows.length;
}
console.log(`${numRows} rows in batches`);
