import type { MessagePort } from 'node:worker_threads';
import { encodeQueryError } from '@millrace/core/error';
import {
  accessStore,
  QueryError,
  RequestMeter,
  SPILL_STORE,
  type SpillStore,
  type StoreAccess,
} from '@millrace/core/storage';
import type { ReadFailure, ReadMessage, ReadOrder } from '../protocol/messages.ts';
import { READ_STATUS, WorkerControl } from '../protocol/worker-control.ts';

/** Gives the store of a name; rejects with `STORE_NOT_FOUND` and with whatever opening it fails with. */
export type StoreLookup = (name: string) => StoreAccess | Promise<StoreAccess>;

interface Connection {
  readonly port: MessagePort;
  readonly memory: WebAssembly.Memory;
  readonly control: WorkerControl;
  /** Reads under way, by ticket. */
  readonly reads: Map<number, AbortController>;
}

/**
 * Serves the reads of compute workers: fetches byte ranges straight into the memory of the worker and tells its control when they are
 * there. Runs in the data-plane threads, and in the main thread for stores that exist only there.
 */
export class ReadService {
  readonly #lookup: StoreLookup;
  readonly #spill: SpillStore | undefined;
  readonly #connections = new Set<Connection>();
  readonly #underWay = new Set<Promise<void>>();

  /** `spill`: where tasks put what does not fit into memory. */
  constructor(lookup: StoreLookup, spill: SpillStore | undefined) {
    this.#lookup = lookup;
    this.#spill = spill;
  }

  /** Serves a worker until its end of the port closes; then its reads are aborted. The port does not keep the thread alive. */
  connect(port: MessagePort, memory: WebAssembly.Memory, control: SharedArrayBuffer): void {
    const connection: Connection = { port, memory, control: new WorkerControl(control), reads: new Map() };
    this.#connections.add(connection);
    port.on('message', (message: ReadMessage) => {
      if (message.kind === 'cancel') abortRead(connection, message.ticket);
      else if (message.kind === 'remove') this.#remove(message.file);
      else for (const read of message.reads) this.#begin(connection, read);
    });
    port.on('close', () => {
      this.#connections.delete(connection);
      for (const ticket of connection.reads.keys()) abortRead(connection, ticket);
    });
    port.unref();
  }

  /** Aborts all reads and lets go of all workers; resolves when nothing is under way. */
  async close(): Promise<void> {
    for (const connection of this.#connections) {
      for (const ticket of connection.reads.keys()) abortRead(connection, ticket);
    }
    await Promise.all(this.#underWay);
    for (const { port } of this.#connections) port.close();
  }

  #begin(connection: Connection, request: ReadOrder): void {
    const { control, reads } = connection;
    const abort = new AbortController();
    reads.set(request.ticket, abort);
    const read = this.#fetch(connection, request, abort.signal).then(
      () => control.endRead(request.slot, READ_STATUS.done),
      (error: unknown) => {
        const failure: ReadFailure = { ticket: request.ticket, error: encodeQueryError(error) };
        connection.port.postMessage(failure);
        control.endRead(request.slot, READ_STATUS.failed);
      },
    );
    const settled = read.finally(() => {
      reads.delete(request.ticket);
      this.#underWay.delete(settled);
    });
    this.#underWay.add(settled);
  }

  /** A file that cannot be removed now goes with the others of its query. */
  #remove(file: string): void {
    const removed = this.#spill!.remove(file)
      .catch(() => undefined)
      .finally(() => this.#underWay.delete(removed));
    this.#underWay.add(removed);
  }

  async #fetch({ memory, control }: Connection, request: ReadOrder, signal: AbortSignal): Promise<void> {
    const { path, version, ranges, address } = request;
    const bytes = ranges.reduce((sum, { length }) => sum + length, 0);
    // The worker may have grown its memory since the last read: the buffer is taken afresh.
    const into = new Uint8Array(memory.buffer, address, bytes);
    if (request.store === SPILL_STORE) {
      const { offset } = ranges[0]!;
      await this.#spill![request.isWrite ? 'write' : 'read'](path, offset, into, signal);
      return;
    }
    const access = await this.#lookup(request.store);
    // What the read costs is counted where the worker will look for it.
    const meter = new RequestMeter(control.counts(request.slot));
    const ifMatch = version === '' ? undefined : version;
    await accessStore(access, meter).getRanges(path, ranges, { into, signal, ifMatch });
  }
}

function abortRead({ reads }: Connection, ticket: number): void {
  reads.get(ticket)?.abort(new QueryError('ABORTED', 'The read is no longer wanted.'));
}
