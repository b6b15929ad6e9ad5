import { QueryError } from '../error/index.ts';
import { expandGlob } from '../storage/glob.ts';
import type { ObjectMetadata, ObjectStore } from '../storage/object-store.ts';
import { type DataType, formatType, VARCHAR } from '../types/index.ts';
import { commonPartitionKeys, hivePartitions, parsePartitionValue, sniffPartitionType } from './hive-partition.ts';
import type { FileConstant, ParquetFile } from './parquet-file.ts';
import type { ParquetTableSettings } from './parquet-table.ts';

const DEFAULT_FILENAME_COLUMN = 'filename';

/**
 * The files of a table, pattern by pattern, each with the columns that its path gives. Errors: `NO_FILES_MATCH`,
 * `BAD_ARGUMENT` for partition values that do not fit their declared type, and those of the store.
 */
export async function listParquetFiles(
  settings: ParquetTableSettings,
  store: ObjectStore,
  signal: AbortSignal | undefined,
): Promise<ParquetFile[]> {
  const objects: ObjectMetadata[] = [];
  for (const pattern of settings.patterns) {
    const found = await expandGlob(store, pattern, { signal });
    if (found.length === 0) throw noFiles(pattern, settings.storeName);
    objects.push(...found);
  }
  if (objects.length === 0) {
    throw new QueryError('BAD_ARGUMENT', 'A table needs at least one path or pattern of Parquet files.');
  }

  const partitions = partitionColumns(objects, settings);
  const filename = settings.filename === true ? DEFAULT_FILENAME_COLUMN : settings.filename || undefined;
  return objects.map((object) => {
    const constants = new Map<string, FileConstant>();
    const values = hivePartitions(object.path);
    for (const [key, type] of partitions) {
      const text = values.get(key) ?? null;
      const value = text === null ? null : parsePartitionValue(type, text);
      if (value === undefined) throw badPartitionValue(object.path, key, text!, type);
      constants.set(key, { type, value });
    }
    if (filename !== undefined) constants.set(filename, { type: VARCHAR, value: object.path });
    return { object, constants };
  });
}

function partitionColumns(
  objects: readonly ObjectMetadata[],
  { hivePartitioning, hiveTypes = {} }: ParquetTableSettings,
): Map<string, DataType> {
  const types = new Map<string, DataType>();
  if (hivePartitioning === false) return types;
  const keys = commonPartitionKeys(objects.map(({ path }) => path));
  if (keys.length === 0) {
    if (!hivePartitioning || objects.every(({ path }) => hivePartitions(path).size === 0)) return types;
    throw new QueryError('SCHEMA_MISMATCH', 'The files do not all have the same hive partition keys in their paths.', {
      details: { first: objects[0]!.path },
      hint: 'Query the folders apart, or set hive_partitioning => false.',
    });
  }
  const values = objects.map(({ path }) => hivePartitions(path));
  for (const key of keys) {
    types.set(key, hiveTypes[key] ?? sniffPartitionType(values.map((partition) => partition.get(key) ?? null)));
  }
  return types;
}

function noFiles(pattern: string, storeName: string): QueryError {
  return new QueryError('NO_FILES_MATCH', `No file matches '${pattern}'.`, {
    details: { pattern, store: storeName },
    hint: 'Check the path and the wildcards: * stays within a folder, ** goes through all below it.',
  });
}

function badPartitionValue(path: string, key: string, text: string, type: DataType): QueryError {
  return new QueryError(
    'BAD_ARGUMENT',
    `'${text}', the value of partition key '${key}' of '${path}', is no ${formatType(type)}.`,
    {
      details: { path, key, value: text, type: formatType(type) },
      hint: 'Declare another type for the key with hive_types.',
    },
  );
}
