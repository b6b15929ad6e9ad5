import { FooterCache } from '../catalog/footer-cache.ts';
import { type ParquetTableSettings, parquetTable } from '../catalog/parquet-table.ts';
import type { Table, TableColumn } from '../catalog/table.ts';
import { QueryError, type SourceSpan, unsupported } from '../error/index.ts';
import { nearestNames } from '../sql/nearest-names.ts';
import type { ViewDefinition } from '../sql/view-definition.ts';
import type { ObjectStore } from '../storage/index.ts';
import { formatType } from '../types/index.ts';
import type { TableIdentity } from './access-policy.ts';
import type { Location } from './engine-settings.ts';
import { parseBytes } from './engine-settings.ts';

/** How a set of Parquet files is read: the options of `read_parquet`, of `registerTable` and of `CREATE FOREIGN TABLE`. */
export interface TableOptions {
  /** One location or several, each a path or a glob: `'lake/orders/*.parquet'`. */
  readonly location: string | readonly string[];
  /** Folders `key=value` become columns. Default: when all paths have the same keys. */
  readonly hivePartitioning?: boolean;
  /** Columns of all files, by name; what a file lacks is null. Default: false, the columns are those of the first file. */
  readonly unionByName?: boolean;
  /** Adds a column `filename` (or of the given name). Default: false. */
  readonly filename?: boolean | string;
  /** Byte arrays without an annotation are text. Default: false. */
  readonly binaryAsString?: boolean;
}

/** How one query reaches tables. */
export interface TableAccess {
  /** Where the table stands in the SQL text. */
  readonly span: SourceSpan | undefined;
  readonly signal: AbortSignal;
  /** A store of the engine by name; counts for the query. */
  readonly store: (name: string) => ObjectStore;
  /** Whether an error may tell this name. Default: every name. */
  readonly isVisible?: ((name: string) => boolean) | undefined;
}

interface ForeignTable {
  readonly options: TableOptions;
  /** What CREATE FOREIGN TABLE declared; undefined when the files decide. */
  readonly declared: readonly TableColumn[] | undefined;
}

type Entry =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'files'; readonly files: ForeignTable }
  | { readonly kind: 'view'; readonly view: ViewDefinition };

/** Bytes of footers kept between queries. */
const FOOTER_CACHE_BYTES = parseBytes('footer cache', '64MiB');

/** The names that SQL can use in one engine, and the way from a location to a table. */
export class EngineCatalog {
  readonly #entries = new Map<string, Entry>();
  readonly #resolve: (location: string, span: SourceSpan | undefined) => Location;
  readonly #footers = new FooterCache({ maxBytes: FOOTER_CACHE_BYTES });

  constructor(resolve: (location: string, span: SourceSpan | undefined) => Location) {
    this.#resolve = resolve;
  }

  /** Names in order, with what they are. */
  list(): readonly { readonly name: string; readonly kind: 'table' | 'view' }[] {
    return [...this.#entries]
      .map(([name, { kind }]) => ({ name, kind: kind === 'view' ? ('view' as const) : ('table' as const) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  registerFiles(name: string, options: TableOptions, declared?: readonly TableColumn[]): void {
    this.#entries.set(name, { kind: 'files', files: { options, declared } });
  }

  registerTable(name: string, table: Table): void {
    this.#entries.set(name, { kind: 'table', table });
  }

  registerView(name: string, view: ViewDefinition): void {
    this.#entries.set(name, { kind: 'view', view });
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  view(name: string): ViewDefinition | undefined {
    const entry = this.#entries.get(name);
    return entry?.kind === 'view' ? entry.view : undefined;
  }

  /** Removes a name; says whether it was there as that kind of thing. */
  drop(name: string, kind: 'table' | 'view'): boolean {
    const entry = this.#entries.get(name);
    if (!entry || (entry.kind === 'view') !== (kind === 'view')) return false;
    return this.#entries.delete(name);
  }

  /**
   * The table that a name stands for, as it is now. A name with a slash or an ending like `.parquet` is a location. Throws
   * `UNKNOWN_TABLE` with the nearest names.
   */
  async table(name: string, access: TableAccess): Promise<Table> {
    const { span } = access;
    const known = this.#registered(name);
    const entry = known === undefined ? undefined : this.#entries.get(known);
    if (entry?.kind === 'table') return entry.table;
    if (entry?.kind === 'files') {
      const table = await this.files(entry.files.options, access, name);
      return entry.files.declared ? withDeclaredColumns(table, entry.files.declared, span) : table;
    }
    if (isLocation(name)) return this.files({ location: name }, access);
    const names = [...this.#entries.keys()].filter((known) => access.isVisible?.(known) ?? true);
    const near = nearestNames(name, names);
    throw new QueryError('UNKNOWN_TABLE', `There is no table "${name}".`, {
      span,
      details: { table: name, candidates: near },
      hint:
        near.length > 0
          ? `Did you mean ${near.map((n) => `"${n}"`).join(' or ')}?`
          : `Register it, or read files by read_parquet('store/path/*.parquet').`,
    });
  }

  /**
   * SQL folds a name without quotes to lower case, so a name that was registered with capitals is found whatever its case is, unless
   * several names differ by nothing else.
   */
  #registered(name: string): string | undefined {
    if (this.#entries.has(name)) return name;
    const folded = name.toLowerCase();
    const found = [...this.#entries.keys()].filter((known) => known.toLowerCase() === folded);
    return found.length === 1 ? found[0] : undefined;
  }

  /** What a name in FROM stands for. Throws as {@link table} does for a location that is in no store. */
  identify(name: string, span: SourceSpan): TableIdentity {
    const known = this.#registered(name);
    if (known === undefined && isLocation(name)) return this.identifyFiles([name], span);
    return { kind: 'name', name: known ?? name };
  }

  identifyFiles(locations: readonly string[], span: SourceSpan): TableIdentity {
    return { kind: 'files', locations: locations.map((text) => this.#resolve(text, span)) };
  }

  /** A table over files that no name stands for. */
  async files(options: TableOptions, access: TableAccess, name?: string): Promise<Table> {
    const { span, signal } = access;
    const texts = typeof options.location === 'string' ? [options.location] : options.location;
    const locations = texts.map((text) => this.#resolve(text, span));
    const storeName = locations[0]?.store;
    if (storeName === undefined) {
      throw new QueryError('BAD_ARGUMENT', 'A table needs at least one location.', { span });
    }
    if (locations.some(({ store }) => store !== storeName)) throw unsupported('One table over several stores', span);
    const { hivePartitioning, unionByName, filename, binaryAsString } = options;
    const settings: ParquetTableSettings = {
      name: name ?? texts.join(', '),
      storeName,
      patterns: locations.map(({ path }) => path),
      hivePartitioning,
      unionByName,
      filename,
      binaryAsString,
    };
    try {
      return await parquetTable(settings, { store: access.store(storeName), footers: this.#footers, signal });
    } catch (error) {
      throw withSpan(error, span);
    }
  }
}

function isLocation(name: string): boolean {
  return /[/*]|\.parquet$/i.test(name);
}

/** The error with the position of the table in the SQL text, where it has none of its own. */
function withSpan(error: unknown, span: SourceSpan | undefined): unknown {
  if (!(error instanceof QueryError) || error.span || !span) return error;
  const { code, message, details, hint, cause, retryable } = error;
  return new QueryError(code, message, { details, hint, cause, retryable, span });
}

/** The table with the columns that CREATE FOREIGN TABLE declared, which the files must have with these types. */
function withDeclaredColumns(table: Table, declared: readonly TableColumn[], span: SourceSpan | undefined): Table {
  const columns = declared.map((wanted) => {
    const found = table.columns.find(({ name }) => name === wanted.name);
    if (!found) {
      throw new QueryError(
        'SCHEMA_MISMATCH',
        `Table "${table.name}" declares column "${wanted.name}", which its files lack.`,
        {
          span,
          details: { table: table.name, column: wanted.name, candidates: table.columns.map(({ name }) => name) },
        },
      );
    }
    if (formatType(found.type) !== formatType(wanted.type)) {
      throw new QueryError(
        'SCHEMA_MISMATCH',
        `Table "${table.name}" declares "${wanted.name}" as ${formatType(wanted.type)}, but its files have ${formatType(found.type)}.`,
        { span, details: { table: table.name, column: wanted.name }, hint: 'Declare the type that the files have.' },
      );
    }
    return found;
  });
  return {
    name: table.name,
    columns,
    numRows: table.numRows,
    statistics: (column) => table.statistics(column),
    planScan: (request) => table.planScan(request),
  };
}
