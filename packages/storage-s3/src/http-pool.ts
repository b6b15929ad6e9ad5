import { abortError, storeClosed } from '@millrace/core/storage';
import {
  type ConnectionSettings,
  type HttpAnswer,
  HttpConnection,
  type HttpExchange,
  type HttpOrigin,
} from './http-connection.ts';

export interface PoolSettings extends ConnectionSettings {
  /** The most connections at a time; requests beyond wait for one. */
  readonly maxConnections: number;
}

/** Connections to one server, used again and again, the one that was used last first. */
export class HttpPool {
  readonly #origin: HttpOrigin;
  readonly #settings: PoolSettings;
  readonly #idle: HttpConnection[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #closing = new AbortController();
  #numBusy = 0;

  constructor(origin: HttpOrigin, settings: PoolSettings) {
    this.#origin = origin;
    this.#settings = settings;
  }

  /** Sends a request. Rejects with errors of the system and of the exchange, and with the abort. */
  async send(exchange: HttpExchange, signal: AbortSignal): Promise<HttpAnswer> {
    await this.#enter(signal);
    try {
      for (;;) {
        const connection = this.#takeIdle() ?? (await HttpConnection.open(this.#origin, this.#settings, signal));
        try {
          return await connection.send(exchange, signal);
        } catch (error) {
          // The server may close a kept connection at any time, also while a request is on its way: nothing is lost by another one.
          if (!connection.wasStale || signal.aborted) throw error;
        } finally {
          if (connection.isUsable) this.#keep(connection);
        }
      }
    } finally {
      this.#leave();
    }
  }

  /** Ends all connections that are not in use; those in use end with their requests. */
  close(): void {
    this.#closing.abort(storeClosed('This S3 store'));
    for (const connection of this.#idle.splice(0)) connection.close();
  }

  #takeIdle(): HttpConnection | undefined {
    for (let connection = this.#idle.pop(); connection; connection = this.#idle.pop()) {
      if (connection.isUsable) return connection;
    }
    return undefined;
  }

  #keep(connection: HttpConnection): void {
    if (this.#closing.signal.aborted) connection.close();
    else this.#idle.push(connection);
  }

  #enter(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(abortError(signal));
        return;
      }
      const start = () => {
        signal.removeEventListener('abort', onAbort);
        this.#numBusy += 1;
        resolve();
      };
      const onAbort = () => {
        this.#waiting.delete(start);
        reject(abortError(signal));
      };
      if (this.#numBusy < this.#settings.maxConnections) {
        start();
        return;
      }
      this.#waiting.add(start);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #leave(): void {
    this.#numBusy -= 1;
    const [next] = this.#waiting;
    if (!next) return;
    this.#waiting.delete(next);
    next();
  }
}
