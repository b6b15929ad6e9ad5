/**
 * A JavaScript function that SQL can call. It runs where the program runs, a row at a time; what has to be fast belongs into SQL.
 */
import { createEngine, FLOAT64, fileSystemStore, rowFunction, VARCHAR } from 'millrace';
import { sampleData } from './sample-data.ts';

/** The share of letters that two texts have in common, by pairs (Sørensen and Dice). */
const similarity = rowFunction({
  name: 'similarity',
  parameters: [VARCHAR, VARCHAR],
  returns: FLOAT64,
  // The same arguments give the same result: constants are folded.
  volatility: 'immutable',
  call: (a, b) => {
    const pairs = (text: string) =>
      Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2));
    const [left, right] = [pairs(String(a)), pairs(String(b))];
    const rest = [...right];
    const shared = left.filter((pair) => rest.includes(pair) && rest.splice(rest.indexOf(pair), 1));
    return left.length + right.length === 0 ? 1 : (2 * shared.length) / (left.length + right.length);
  },
});

await using engine = createEngine({
  stores: { lake: fileSystemStore({ root: await sampleData() }) },
  functions: [similarity],
});
const wanted = 'UNITED STAITS';
console.table(
  await engine.sql`
    SELECT n_name AS nation, round(similarity(n_name, ${wanted})::numeric, 2) AS likeness
    FROM "lake/nation.parquet" ORDER BY similarity(n_name, ${wanted}) DESC LIMIT 3`.toArray(),
);
