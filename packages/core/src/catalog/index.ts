export * from './footer-cache.ts';
export { type ParquetTableComponents, type ParquetTableSettings, parquetTable } from './parquet-table.ts';
export type * from './table.ts';
