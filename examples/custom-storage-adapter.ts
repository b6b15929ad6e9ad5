/**
 * A storage adapter of one's own: objects in a SQLite database (`node:sqlite`). It imports `@millrace/core/storage` and nothing else of the
 * project, and passes the conformance kit, which the end of this file runs: every MUST of the contract is a case.
 */
import { DatabaseSync } from 'node:sqlite';
import {
  type ByteRange,
  bodyStream,
  collectBody,
  type DeleteOptions,
  type GetOptions,
  type GetRangesOptions,
  type GetRangesResult,
  type GetResult,
  type HeadOptions,
  type ListOptions,
  type ListPage,
  notCapable,
  type ObjectBody,
  type ObjectMetadata,
  type ObjectStore,
  objectExists,
  objectNotFound,
  type PutOptions,
  pagesOfSorted,
  requireWithin,
  resolveRange,
  type StoreCapabilities,
  type StoreDescriptor,
  storeClosed,
  throwIfAborted,
  validateGetRange,
  validateList,
  validateObjectPath,
  validatePutOptions,
  validateRanges,
  versionMismatch,
  viewsOfRanges,
} from '@millrace/core/storage';
import { conformanceCases } from '@millrace/core/storage/conformance';
import { createEngine } from 'millrace';

const PAGE_SIZE = 1000;
const PART_BYTES = 64 * 1024;

class SqliteStore implements ObjectStore {
  readonly contract = 1;
  readonly capabilities: StoreCapabilities = Object.freeze({
    write: true,
    list: true,
    createIfAbsent: true,
    replaceIfMatch: 'atomic',
    rebuildable: false,
    local: true,
  });
  readonly #database: DatabaseSync;
  #isClosed = false;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    // Versions come from a counter that never goes back, also when an object is deleted and written again.
    this.#database.exec(`
      CREATE TABLE IF NOT EXISTS objects (path TEXT PRIMARY KEY, body BLOB NOT NULL, version INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS counter (value INTEGER NOT NULL);
      INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);`);
  }

  async get(path: string, options: GetOptions = {}): Promise<GetResult> {
    validateGetRange(options.range);
    const metadata = this.#find(path, options);
    const range = resolveRange(path, options.range, metadata.size);
    // All of it at once: a body is of one version, whatever is written meanwhile.
    const bytes = this.#bytes(path, range);
    let position = 0;
    const source = {
      pull: async () => {
        if (this.#isClosed) throw storeClosed('This SQLite store');
        if (position === bytes.length) return undefined;
        const part = bytes.slice(position, position + PART_BYTES);
        position += part.length;
        return part;
      },
      release: () => undefined,
    };
    return { metadata, range, body: bodyStream(source, options.signal) };
  }

  async getRanges(
    path: string,
    ranges: readonly ByteRange[],
    options: GetRangesOptions = {},
  ): Promise<GetRangesResult> {
    const total = validateRanges(ranges, options.into);
    const metadata = this.#find(path, options);
    for (const range of ranges) requireWithin(path, range, metadata.size);
    const views = viewsOfRanges(ranges, options.into ?? new Uint8Array(total));
    ranges.forEach((range, i) => {
      views[i]!.set(this.#bytes(path, range));
    });
    options.onBytes?.(total);
    return { metadata, ranges: views };
  }

  async head(path: string, options: HeadOptions = {}): Promise<ObjectMetadata> {
    return this.#find(path, options);
  }

  async *list(prefix = '', options: ListOptions = {}): AsyncGenerator<ListPage, void> {
    validateList(prefix, options);
    this.#requireOpen(options.signal);
    // SQLite compares text by its UTF-8 bytes, as the contract wants paths to be ordered.
    const rows = this.#database
      .prepare(
        'SELECT path, length(body) AS size, version, modified FROM objects WHERE substr(path, 1, length(?)) = ? ORDER BY path',
      )
      .all(prefix, prefix);
    const sorted = rows.map((row) => metadataOf(row as unknown as ObjectRow));
    for await (const page of pagesOfSorted(sorted, prefix, options, PAGE_SIZE)) {
      yield page;
      this.#requireOpen(options.signal);
    }
  }

  async put(path: string, body: ObjectBody, options: PutOptions = {}): Promise<ObjectMetadata> {
    validateObjectPath(path);
    validatePutOptions(options);
    this.#requireOpen(options.signal);
    const bytes = await collectBody(body, { signal: options.signal });
    this.#requireOpen(options.signal);
    // Nothing is awaited between looking and writing, and the transaction keeps other processes out.
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const former = this.#row(path);
      if (options.ifNoneMatch === '*' && former) throw objectExists(path);
      if (options.ifMatch !== undefined) {
        if (!former) throw objectNotFound(path);
        const { version } = metadataOf(former);
        if (version !== options.ifMatch) throw versionMismatch(path, options.ifMatch, version);
      }
      this.#database.exec('UPDATE counter SET value = value + 1');
      this.#database
        .prepare('INSERT OR REPLACE INTO objects SELECT ?, ?, value, ? FROM counter')
        .run(path, bytes, Date.now());
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
    return metadataOf(this.#row(path)!);
  }

  async delete(path: string, options: DeleteOptions = {}): Promise<void> {
    validateObjectPath(path);
    this.#requireOpen(options.signal);
    this.#database.prepare('DELETE FROM objects WHERE path = ?').run(path);
  }

  descriptor(): StoreDescriptor {
    throw notCapable(
      'Using this SQLite store in another thread',
      'The engine reads it through the thread that made it.',
    );
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#database.close();
  }

  #bytes(path: string, { offset, length }: ByteRange): Uint8Array {
    const row = this.#database
      .prepare('SELECT substr(body, ?, ?) AS part FROM objects WHERE path = ?')
      .get(offset + 1, length, path);
    // Of an empty object there is no part.
    return (row!.part as Uint8Array | null) ?? new Uint8Array();
  }

  #row(path: string): ObjectRow | undefined {
    return this.#database
      .prepare('SELECT path, length(body) AS size, version, modified FROM objects WHERE path = ?')
      .get(path) as unknown as ObjectRow | undefined;
  }

  #find(path: string, options: HeadOptions): ObjectMetadata {
    validateObjectPath(path);
    this.#requireOpen(options.signal);
    const row = this.#row(path);
    if (!row) throw objectNotFound(path);
    const metadata = metadataOf(row);
    if (options.ifMatch !== undefined && options.ifMatch !== metadata.version) {
      throw versionMismatch(path, options.ifMatch, metadata.version);
    }
    return metadata;
  }

  #requireOpen(signal: AbortSignal | undefined): void {
    if (this.#isClosed) throw storeClosed('This SQLite store');
    throwIfAborted(signal);
  }
}

interface ObjectRow {
  readonly path: string;
  readonly size: number;
  readonly version: number;
  readonly modified: number;
}

function metadataOf({ path, size, version, modified }: ObjectRow): ObjectMetadata {
  return Object.freeze({ path, size, version: `v${version}`, lastModifiedMs: modified });
}

const cases = conformanceCases(new SqliteStore(':memory:').capabilities);
for (const { title, run } of cases) {
  const store = new SqliteStore(':memory:');
  await run({ store, folder: crypto.randomUUID(), open: () => Promise.reject(new Error('not rebuildable')) }).catch(
    (cause: unknown) => {
      throw new Error(`The adapter breaks the contract: ${title}`, { cause });
    },
  );
  await store.close();
}
console.log(`the adapter keeps all ${cases.length} promises of the contract`);

const { parquetBytes } = await import('./sample-data.ts');
const store = new SqliteStore(':memory:');
await using engine = createEngine({ stores: { db: store } });
const numbers = await engine.query("SELECT * FROM (VALUES (1, 'one'), (2, 'two')) t(n, word)").toTable();
await store.put('numbers.parquet', parquetBytes(numbers));
console.table(await engine.query('SELECT word, n * 10 AS tenfold FROM "db/numbers.parquet" ORDER BY n').toArray());
