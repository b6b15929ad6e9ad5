import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import type { AstExpression, AstNamedArgument, AstTableCall, AstTableFunction, AstTableItem } from './ast/index.ts';
import { didYouMean, nearestNames } from './nearest-names.ts';
import type { ParameterValue } from './parameter-value.ts';

interface ReferenceBase {
  /** Equal for references that mean the same table. */
  readonly key: string;
  readonly span: SourceSpan;
}

/** A name in FROM that is no CTE: a registered table, or in double quotes a path such as `"lake/orders/*.parquet"`. */
export interface NamedTableReference extends ReferenceBase {
  readonly kind: 'name';
  /** Up to three parts; the last one is the table's own name. */
  readonly path: readonly string[];
}

/** `read_parquet('glob' | ARRAY['glob', ...], option => value, ...)`. */
export interface ParquetReference extends ReferenceBase {
  readonly kind: 'read_parquet';
  readonly locations: readonly string[];
  readonly options: ParquetReadOptions;
}

/** Something that FROM reads and the engine has to find. */
export type TableReference = NamedTableReference | ParquetReference;

/** The options of `read_parquet`, absent where not given. */
export interface ParquetReadOptions {
  readonly hivePartitioning?: boolean;
  readonly unionByName?: boolean;
  readonly filename?: boolean | string;
  readonly binaryAsString?: boolean;
}

const OPTIONS: Readonly<Record<string, { readonly key: keyof ParquetReadOptions; readonly text?: true }>> = {
  hive_partitioning: { key: 'hivePartitioning' },
  union_by_name: { key: 'unionByName' },
  filename: { key: 'filename', text: true },
  binary_as_string: { key: 'binaryAsString' },
};

/** The functions in FROM that read Parquet files. */
export const PARQUET_FUNCTIONS: ReadonlySet<string> = new Set(['read_parquet', 'parquet_scan']);

/** Whether an item of FROM reads Parquet files. Throws FEATURE_NOT_IMPLEMENTED for such a function in ROWS FROM or WITH ORDINALITY. */
export function isParquetCall(item: object): item is AstTableFunction {
  const { kind, calls, ordinality, span } = item as AstTableFunction;
  if (kind !== 'table-function') return false;
  const isParquet = calls.some(({ path }) => path.length === 1 && PARQUET_FUNCTIONS.has(path[0]!));
  if (isParquet && calls.length > 1) throw unsupported('read_parquet in ROWS FROM', span);
  if (isParquet && ordinality) throw unsupported('read_parquet WITH ORDINALITY', span);
  return isParquet;
}

export function namedReference(item: AstTableItem): NamedTableReference {
  return { kind: 'name', path: item.path, key: JSON.stringify(item.path), span: item.span };
}

/** Gives the value of `$n`. */
export type ParameterLookup = (number: number, span: SourceSpan) => ParameterValue;

/** Throws INVALID_CLAUSE for arguments that are no constants of the right kind, and for unknown options with the nearest names. */
export function parquetReference(item: AstTableCall, parameter: ParameterLookup): ParquetReference {
  const [location, ...more] = item.args;
  if (!location || more.length > 0) {
    throw invalid('read_parquet takes one location, or one ARRAY of locations', more[0]?.span ?? item.span);
  }
  const locations = locationsOf(location, parameter);
  if (locations.length === 0) throw invalid('read_parquet needs at least one location', location.span);
  const options = parquetOptions(item.named, parameter);
  return { kind: 'read_parquet', locations, options, key: JSON.stringify({ locations, options }), span: item.span };
}

function invalid(message: string, span: SourceSpan, hint?: string): QueryError {
  return new QueryError('INVALID_CLAUSE', `${message}.`, { span, hint });
}

function locationsOf(argument: AstExpression, parameter: ParameterLookup): string[] {
  if (argument.kind === 'array') return argument.items.flatMap((item) => locationsOf(item, parameter));
  const value = constantOf(argument, parameter);
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(
    'A location is a string or an array of strings',
    argument.span,
    "For example read_parquet('lake/*.parquet').",
  );
}

/** The value of a literal or a parameter; undefined for any other expression. */
function constantOf(argument: AstExpression, parameter: ParameterLookup): ParameterValue | undefined {
  switch (argument.kind) {
    case 'string':
    case 'boolean':
      return argument.value;
    case 'number':
      return Number(argument.text);
    case 'parameter':
      return parameter(argument.number, argument.span);
    default:
      return undefined;
  }
}

function parquetOptions(named: readonly AstNamedArgument[], parameter: ParameterLookup): ParquetReadOptions {
  const options: Partial<Record<keyof ParquetReadOptions, boolean | string>> = {};
  for (const { name, value, span } of named) {
    const option = OPTIONS[name.toLowerCase()];
    if (!option) {
      const candidates = nearestNames(name, Object.keys(OPTIONS));
      throw new QueryError('INVALID_CLAUSE', `read_parquet has no option "${name}".`, {
        span,
        details: { option: name, candidates: candidates.length > 0 ? candidates : Object.keys(OPTIONS) },
        hint: didYouMean(candidates) ?? `Its options are ${Object.keys(OPTIONS).join(', ')}.`,
      });
    }
    if (options[option.key] !== undefined) throw invalid(`The option "${name}" is given twice`, span);
    const constant = booleanOf(constantOf(value, parameter));
    if (typeof constant !== 'boolean' && !(option.text && typeof constant === 'string')) {
      throw invalid(`The option "${name}" is true or false`, value.span);
    }
    options[option.key] = constant;
  }
  return options as ParquetReadOptions;
}

/** 1 and 0 are as good as true and false. */
function booleanOf(value: ParameterValue | undefined): ParameterValue | undefined {
  return value === 1 ? true : value === 0 ? false : value;
}
