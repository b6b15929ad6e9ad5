/**
 * TPC-H data, as the reference generator makes it: `generateTpch` writes it, `verifyTpch` proves it.
 */
export { TPCH_FORMATS, type TpchFormat } from './chunk-task.ts';
export { generateTpch, type TpchFile, type TpchManifest, type TpchTableManifest } from './generate-tpch.ts';
export type { GenerateTpchOptions, TpchProgress, TpchSelection } from './generation-options.ts';
export { PARQUET_COMPRESSIONS, type ParquetCompression, ROWS_PER_ROW_GROUP } from './parquet-settings.ts';
export { TPCH_QUERY_NUMBERS, tpchQuery } from './query-text.ts';
export { TPCH_TABLE_NAMES, type TpchTableName } from './table-definition.ts';
export { TpchError, type TpchErrorCode } from './tpch-error.ts';
export { type TextDigest, type TpchVerification, VERIFIABLE_SCALE_FACTORS, verifyTpch } from './verify-tpch.ts';
