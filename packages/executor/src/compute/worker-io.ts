import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import {
  decodeQueryError,
  type ExchangeBlock,
  type IoTicket,
  internal,
  type LinearMemory,
  QueryError,
  type ReadRequest,
  type SpillIo,
  type TaskIo,
} from '@millrace/core/executor';
import { SPILL_STORE } from '@millrace/core/storage';
import type { DataPlaneNote, ReadFailure, ReadMessage, ReadOrder } from '../protocol/messages.ts';
import type { QueryControl } from '../protocol/query-control.ts';
import { MAX_READS_IN_FLIGHT, READ_STATUS, type WorkerControl } from '../protocol/worker-control.ts';

interface Read {
  readonly ticket: IoTicket;
  /** Undefined for copies, which need nobody. */
  readonly request: (ReadRequest & { readonly isWrite?: boolean }) | undefined;
  /** Charged with what the read costs. */
  readonly query: QueryControl;
  /** Where it was sent; undefined while it waits for a slot. */
  sent: { readonly slot: number; readonly port: number } | undefined;
  isOver: boolean;
  error: QueryError | undefined;
}

export interface WorkerIoOptions {
  readonly memory: LinearMemory;
  readonly control: WorkerControl;
  /** One for each data-plane thread, then one for the main thread. */
  readonly ports: readonly MessagePort[];
  /** Names of stores that the main thread reads. */
  readonly mainStores: readonly string[];
  /** Bytes that one query may spill; undefined: there is no place for them. */
  readonly maxSpillBytes: number | undefined;
}

/**
 * The reads of one compute worker. It asks data-plane threads by message and hears from them through its control alone, so that it
 * never has to listen while it computes.
 */
export class WorkerIo {
  readonly #memory: LinearMemory;
  readonly #control: WorkerControl;
  readonly #ports: (MessagePort | undefined)[];
  readonly #mainStores: ReadonlySet<string>;
  readonly #maxSpillBytes: number | undefined;
  readonly #freeSlots = Array.from({ length: MAX_READS_IN_FLIGHT }, (_, i) => MAX_READS_IN_FLIGHT - 1 - i);
  readonly #reads = new Map<IoTicket, Read>();
  readonly #unsent: Read[] = [];
  #nextTicket = 1;
  #nextPort = 0;
  #lastDeath = 'nobody knows why';

  constructor({ memory, control, ports, mainStores, maxSpillBytes }: WorkerIoOptions) {
    this.#maxSpillBytes = maxSpillBytes;
    this.#memory = memory;
    this.#control = control;
    this.#ports = [...ports];
    this.#mainStores = new Set(mainStores);
  }

  /** The same for one task: reads are charged to its query. `spillName` begins the names of the files that it spills to. */
  forTask(query: QueryControl, spillName: string): TaskIo {
    const maxBytes = this.#maxSpillBytes;
    return {
      spill: maxBytes === undefined ? undefined : this.#spill(query, spillName, maxBytes),
      read: (request) => this.#read(request, query),
      readBlock: (block, address) => this.#readBlock(block, address, query),
      poll: (ticket) => this.#poll(ticket),
      cancel: (ticket) => this.#cancel(ticket),
    };
  }

  /** A data-plane thread was replaced, or is gone for good. What it was reading has failed. */
  replacePort({ index, port, reason }: DataPlaneNote): void {
    this.#ports[index]?.close();
    this.#ports[index] = port;
    this.#lastDeath = reason;
    for (const read of this.#reads.values()) {
      if (read.sent?.port !== index || read.isOver) continue;
      this.#end(read, connectionLost(`A thread that reads from storage has died: ${reason}.`));
    }
    this.send();
  }

  #read(request: NonNullable<Read['request']>, query: QueryControl): IoTicket {
    const read = this.#add(request, query);
    this.#unsent.push(read);
    return read.ticket;
  }

  #readBlock(block: ExchangeBlock, address: number, query: QueryControl): IoTicket {
    const { location, bytes } = block;
    if (location.kind === 'object') {
      const { store, path, offset } = location;
      return this.#read({ store, path, version: '', ranges: [{ offset, length: bytes }], address }, query);
    }
    this.#memory.u8.set(new Uint8Array(location.buffer, location.offset, bytes), address);
    const read = this.#add(undefined, query);
    read.isOver = true;
    return read.ticket;
  }

  #poll(ticket: IoTicket): boolean {
    this.send();
    const read = this.#reads.get(ticket);
    if (!read) throw internal(`poll of ${ticket}, which is no read under way`);
    if (!read.isOver && !this.#look(read)) return false;
    this.#reads.delete(ticket);
    if (read.error) throw read.error;
    return true;
  }

  #cancel(ticket: IoTicket): void {
    const read = this.#reads.get(ticket);
    if (!read || read.isOver) return;
    if (read.sent) {
      const message: ReadMessage = { kind: 'cancel', ticket };
      this.#ports[read.sent.port]?.postMessage(message);
    } else {
      this.#unsent.splice(this.#unsent.indexOf(read), 1);
      this.#end(read, new QueryError('ABORTED', 'The read is no longer wanted.'));
    }
  }

  #spill(query: QueryControl, spillName: string, maxBytes: number): SpillIo {
    let numFiles = 0;
    const request = (file: number, offset: number, address: number, length: number) => {
      const path = spillPath(spillName, file);
      return { store: SPILL_STORE, path, version: '', ranges: [{ offset, length }], address };
    };
    return {
      create: () => numFiles++,
      write: (file, offset, address, bytes) => {
        if (query.addSpilled(bytes) > maxBytes) throw spillLimit(maxBytes);
        return this.#read({ ...request(file, offset, address, bytes), isWrite: true }, query);
      },
      read: (file, offset, address, bytes) => this.#read(request(file, offset, address, bytes), query),
      remove: (file) => {
        const index = this.#choosePort(SPILL_STORE);
        const message: ReadMessage = { kind: 'remove', file: spillPath(spillName, file) };
        if (index !== undefined) this.#ports[index]?.postMessage(message);
      },
    };
  }

  #add(request: Read['request'], query: QueryControl): Read {
    const read: Read = { ticket: this.#nextTicket++, request, query, sent: undefined, isOver: false, error: undefined };
    this.#reads.set(read.ticket, read);
    return read;
  }

  /**
   * Sends the reads that were asked for and wait, one message to each thread. Reads wait from when they are asked for until the task
   * looks after one of them or has nothing else to do, so that those for which a task asks together go together.
   */
  send(): void {
    if (this.#unsent.length === 0) return;
    const orders = new Map<number, ReadOrder[]>();
    while (this.#unsent.length > 0 && this.#freeSlots.length > 0) {
      const read = this.#unsent.shift()!;
      const index = this.#choosePort(read.request!.store);
      if (index === undefined || !this.#ports[index]) {
        this.#end(read, connectionLost(`The threads that read from storage keep dying: ${this.#lastDeath}.`));
        continue;
      }
      const slot = this.#freeSlots.pop()!;
      read.sent = { slot, port: index };
      this.#control.beginRead(slot);
      const order: ReadOrder = { ...read.request!, slot, ticket: read.ticket };
      const together = orders.get(index);
      if (together) together.push(order);
      else orders.set(index, [order]);
    }
    for (const [index, reads] of orders) this.#ports[index]!.postMessage({ kind: 'read', reads } satisfies ReadMessage);
  }

  /** Data-plane threads take turns. */
  #choosePort(store: string): number | undefined {
    const main = this.#ports.length - 1;
    if (main === 0 || this.#mainStores.has(store)) return main;
    for (let i = 0; i < main; i++) {
      this.#nextPort = (this.#nextPort + 1) % main;
      if (this.#ports[this.#nextPort]) return this.#nextPort;
    }
    return undefined;
  }

  /** Whether the data plane says that the read is over; takes note of how it went. */
  #look(read: Read): boolean {
    if (!read.sent) return false;
    const { slot, port } = read.sent;
    const status = this.#control.readStatus(slot);
    if (status === READ_STATUS.pending) return false;
    if (read.request?.store !== SPILL_STORE) read.query.addRequests(this.#control.counts(slot));
    this.#end(read, status === READ_STATUS.failed ? this.#failureOf(read.ticket, port) : undefined);
    this.send();
    return true;
  }

  /** The error was posted before the status was set, so it is there. Those of other reads may come before it. */
  #failureOf(ticket: IoTicket, index: number): QueryError {
    for (;;) {
      const received = this.#ports[index] && receiveMessageOnPort(this.#ports[index]);
      if (!received) return this.#reads.get(ticket)?.error ?? internal('a read failed without an error');
      const failure = received.message as ReadFailure;
      const error = decodeQueryError(failure.error);
      if (failure.ticket === ticket) return error;
      const other = this.#reads.get(failure.ticket);
      if (other) other.error = error;
    }
  }

  #end(read: Read, error: QueryError | undefined): void {
    read.isOver = true;
    read.error = error;
    if (read.sent) this.#freeSlots.push(read.sent.slot);
    read.sent = undefined;
  }
}

/** The name of a file of the task whose files' names begin with `spillName`. */
export function spillPath(spillName: string, file: number): string {
  return `${spillName}-${file}`;
}

function spillLimit(maxBytes: number): QueryError {
  return new QueryError('SPILL_LIMIT', `The query needs to put more than ${maxBytes} bytes out of memory.`, {
    details: { limitBytes: maxBytes },
    hint: "Raise the engine's memory setting or the executor's option spill.maxBytes, or let the query have fewer rows.",
  });
}

function connectionLost(message: string): QueryError {
  return new QueryError('CONNECTION_LOST', message, {
    hint: 'Look for the cause in the storage adapter, or in the memory limits of the process.',
  });
}
