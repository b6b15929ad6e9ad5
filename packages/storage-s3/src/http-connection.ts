import { connect as connectTcp, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { abortError } from '@millrace/core/storage';
import { type HttpHead, readChunked, readHead } from './http-head.ts';

/** Where a server listens. */
export interface HttpOrigin {
  readonly isSecure: boolean;
  readonly hostname: string;
  readonly port: number;
}

export interface ConnectionSettings {
  readonly connectTimeoutMs: number;
  /** How long an answer may make no progress. */
  readonly idleTimeoutMs: number;
  /** Certificates of authorities that are trusted; default: those of Node.js. */
  readonly ca?: readonly string[] | undefined;
}

/** One request and what becomes of its answer. */
export interface HttpExchange {
  /** The head of the request, to its end. It has no body. */
  readonly request: string;
  /**
   * The memory for the body of the answer, exactly of its length, or undefined when the body is to be taken as text. What it throws ends
   * the connection.
   */
  accept(head: HttpHead): Uint8Array | undefined;
  /** Told of bytes of the body in their memory. */
  readonly onBytes?: ((numBytes: number) => void) | undefined;
}

export interface HttpAnswer {
  readonly head: HttpHead;
  /** The body, unless it was accepted into memory. */
  readonly text: string;
}

/** Longest head of an answer, and the most that is taken of a text. */
const SCRATCH_BYTES = 16 << 10;
const MAX_TEXT_BYTES = 64 << 10;

/** Servers close connections that nobody uses; what is kept for longer is mostly lost. */
const KEEP_ALIVE_MS = 10_000;

interface Pending {
  readonly exchange: HttpExchange;
  readonly resolve: (answer: HttpAnswer) => void;
  readonly reject: (error: unknown) => void;
  head: HttpHead | undefined;
  isAccepted: boolean;
  target: Uint8Array | undefined;
  numReceived: number;
  text: Buffer;
}

/**
 * A connection for one GET at a time, whose body the system writes straight into the memory that the caller gives: no buffers, no copies
 * beyond the few bytes that arrive together with the head. It knows as much of HTTP/1.1 as answers of an object store need:
 * lengths, chunks, interim answers and keep-alive. All else ends the connection with an error.
 */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #idleTimeoutMs: number;
  readonly #scratch: Buffer;
  #numInScratch = 0;
  #pending: Pending | undefined;
  #numExchanges = 0;
  #isOpen = true;
  #heardAnything = false;

  private constructor(socket: Socket, scratch: Buffer, idleTimeoutMs: number) {
    this.#socket = socket;
    this.#scratch = scratch;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  /** Connects. Rejects with errors of the system, and with the abort. */
  static open(
    origin: HttpOrigin,
    settings: ConnectionSettings,
    signal: AbortSignal | undefined,
  ): Promise<HttpConnection> {
    const { isSecure, hostname, port } = origin;
    const { connectTimeoutMs, idleTimeoutMs, ca } = settings;
    return new Promise((resolve, reject) => {
      let connection: HttpConnection | undefined;
      const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
      const onread: OnReadOpts = {
        buffer: () => connection?.nextBuffer() ?? scratch,
        callback: (numBytes) => {
          connection?.receive(numBytes);
          return true;
        },
      };
      const host = hostname.replace(/^\[(.*)\]$/, '$1');
      const common = { host, port, onread, noDelay: true };
      const socket: Socket = isSecure
        ? connectTls({
            ...common,
            ...(isIP(host) ? {} : { servername: host }),
            ...(ca === undefined ? {} : { ca: [...ca] }),
            ALPNProtocols: ['http/1.1'],
          })
        : connectTcp(common);
      connection = new HttpConnection(socket, scratch, idleTimeoutMs);
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (error: unknown) => {
        settle();
        socket.destroy();
        reject(error);
      };
      const onAbort = () => fail(abortError(signal!));
      const timer = setTimeout(
        () => fail(timeoutError(`no connection within ${connectTimeoutMs} ms`)),
        connectTimeoutMs,
      );
      socket.on('error', fail);
      socket.once(isSecure ? 'secureConnect' : 'connect', () => {
        settle();
        socket.off('error', fail);
        connection.#listen();
        resolve(connection);
      });
      if (signal?.aborted) onAbort();
      else signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Whether another exchange may begin. */
  get isUsable(): boolean {
    return this.#isOpen && this.#pending === undefined;
  }

  /** The server has closed a kept connection before it saw the request, by the look of it. */
  get wasStale(): boolean {
    return this.#numExchanges > 1 && !this.#heardAnything;
  }

  /** Sends a request. When the promise has settled, nothing more is written into the memory of the exchange. */
  send(exchange: HttpExchange, signal: AbortSignal): Promise<HttpAnswer> {
    return new Promise((resolve, reject) => {
      const onAbort = () => this.#fail(abortError(signal));
      const settle = () => signal.removeEventListener('abort', onAbort);
      this.#pending = {
        exchange,
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        head: undefined,
        isAccepted: false,
        target: undefined,
        numReceived: 0,
        text: Buffer.alloc(0),
      };
      this.#numExchanges += 1;
      this.#heardAnything = false;
      if (signal.aborted) {
        onAbort();
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      this.#socket.ref();
      this.#socket.setTimeout(this.#idleTimeoutMs);
      this.#socket.write(exchange.request, 'latin1');
    });
  }

  close(): void {
    this.#fail(lostError('the connection was closed'));
  }

  /** Where the system writes what arrives next. */
  nextBuffer(): Uint8Array {
    const { target, numReceived } = this.#pending ?? {};
    if (target && numReceived! < target.length) return target.subarray(numReceived);
    return this.#scratch.subarray(this.#numInScratch);
  }

  /** Called when it has written there. */
  receive(numBytes: number): void {
    const pending = this.#pending;
    if (!pending) {
      this.#fail(lostError('the server sent something unasked'));
      return;
    }
    this.#heardAnything = true;
    try {
      if (pending.target) {
        this.#receiveBody(pending, numBytes);
      } else {
        this.#numInScratch += numBytes;
        this.#readScratch(pending);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #listen(): void {
    this.#socket.on('error', (error) => this.#fail(error));
    this.#socket.on('timeout', () => this.#fail(timeoutError(`no progress for ${this.#idleTimeoutMs} ms`)));
    this.#socket.on('end', () => this.#onEnd());
    this.#socket.on('close', () => this.#onEnd());
  }

  #readScratch(pending: Pending): void {
    while (!pending.head) {
      const read = readHead(this.#scratch.subarray(0, this.#numInScratch));
      if (!read) {
        if (this.#numInScratch === SCRATCH_BYTES) throw new Error('The head of the answer is too long.');
        return;
      }
      const { head, length } = read;
      this.#scratch.copyWithin(0, length, this.#numInScratch);
      this.#numInScratch -= length;
      // Interim answers announce another one.
      if (head.status >= 200) pending.head = head;
    }
    const rest = this.#scratch.subarray(0, this.#numInScratch);
    if (!pending.isAccepted) {
      pending.isAccepted = true;
      pending.target = pending.exchange.accept(pending.head);
    }
    if (!pending.target) {
      this.#readText(pending, rest);
      return;
    }
    this.#numInScratch = 0;
    if (Number(pending.head.headers.get('content-length')) !== pending.target.length) {
      throw new Error('The length of the answer is not what it should be.');
    }
    // What comes behind the body belongs to nothing: the connection cannot be trusted with another request.
    if (rest.length > pending.target.length) this.#isOpen = false;
    const numBytes = Math.min(rest.length, pending.target.length);
    pending.target.set(rest.subarray(0, numBytes));
    this.#receiveBody(pending, numBytes);
  }

  #receiveBody(pending: Pending, numBytes: number): void {
    pending.numReceived += numBytes;
    if (numBytes > 0) pending.exchange.onBytes?.(numBytes);
    if (pending.numReceived === pending.target!.length) this.#finish(pending, '');
  }

  #readText(pending: Pending, more: Buffer): void {
    const { headers, status } = pending.head!;
    pending.text = Buffer.concat([pending.text, more]);
    this.#numInScratch = 0;
    if (pending.text.length > MAX_TEXT_BYTES) throw new Error('The server answers with too much text.');
    if (headers.get('transfer-encoding')?.toLowerCase() === 'chunked') {
      const content = readChunked(pending.text);
      if (content) this.#finish(pending, content.toString());
      return;
    }
    const length = status === 204 || status === 304 ? 0 : headers.get('content-length');
    // Without a length the end of the connection is the end of the text.
    if (length === undefined) return;
    if (pending.text.length >= Number(length)) this.#finish(pending, pending.text.toString());
  }

  #onEnd(): void {
    const pending = this.#pending;
    const isText = pending?.head && !pending.target;
    if (isText && !pending.head!.headers.has('content-length') && !pending.head!.headers.has('transfer-encoding')) {
      this.#isOpen = false;
      this.#finish(pending, pending.text.toString());
    }
    this.#fail(lostError('the server closed the connection'));
  }

  #finish(pending: Pending, text: string): void {
    const head = pending.head!;
    this.#pending = undefined;
    this.#numInScratch = 0;
    if (head.keepsAlive && this.#isOpen) {
      this.#socket.setTimeout(KEEP_ALIVE_MS);
      this.#socket.unref();
    } else {
      this.#isOpen = false;
      this.#socket.destroy();
    }
    pending.resolve({ head, text });
  }

  #fail(error: unknown): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#isOpen = false;
    // Errors that come after are of no interest, and must not be thrown at the process.
    this.#socket.destroy();
    pending?.reject(error);
  }
}

/** Errors as those of Node.js, by which they are told. */
function timeoutError(reason: string): Error {
  return Object.assign(new Error(`Time-out: ${reason}.`), { name: 'TimeoutError', code: 'ETIMEDOUT' });
}

function lostError(reason: string): Error {
  return Object.assign(new Error(`Connection lost: ${reason}.`), { code: 'ECONNRESET' });
}
