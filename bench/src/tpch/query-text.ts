import { readFileSync } from 'node:fs';

/** Numbers of the TPC-H queries. */
export const TPCH_QUERY_NUMBERS: readonly number[] = Array.from({ length: 22 }, (_, i) => i + 1);

/**
 * The text of a TPC-H query with the validation parameters of the specification (TPC-H 3.0.1, section 2.4). Tables have the
 * specification's names. Query 15 uses WITH in place of a view (a variant that appendix B of the specification allows).
 */
export function tpchQuery(number: number): string {
  if (!TPCH_QUERY_NUMBERS.includes(number)) throw new RangeError(`TPC-H has queries 1 to 22, not ${number}`);
  return readFileSync(new URL(`./queries/q${String(number).padStart(2, '0')}.sql`, import.meta.url), 'utf8').trim();
}
