import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  isQueryError,
  linkSignals,
  notCapable,
  type ObjectBody,
  type ObjectMetadata,
  type PutOptions,
  QueryError,
  readBody,
  throwIfAborted,
} from '@millrace/core/storage';
import { etagOf, quoted } from './etag.ts';
import type { CreateRequestFields, ObjectRequestFields } from './s3-client.ts';
import type { S3Requests } from './s3-requests.ts';
import type { S3StoreSettings } from './s3-settings.ts';

const MIB = 2 ** 20;

/** Parts on their way at a time. */
const MAX_UPLOADS = 4;

/** The limit of S3. */
const MAX_PARTS = 10_000;

/** Writes and deletes objects: small ones in one request, large ones in parts. */
export class S3Writer {
  readonly #requests: S3Requests;
  readonly #fields: ObjectRequestFields;
  readonly #createFields: CreateRequestFields;
  readonly #thresholdBytes: number;
  readonly #partBytes: number;

  constructor(
    requests: S3Requests,
    fields: ObjectRequestFields,
    createFields: CreateRequestFields,
    settings: S3StoreSettings,
  ) {
    this.#requests = requests;
    this.#fields = fields;
    this.#createFields = createFields;
    this.#thresholdBytes = settings.multipartThresholdBytes ?? 16 * MIB;
    this.#partBytes = settings.partBytes ?? 8 * MIB;
  }

  async put(path: string, body: ObjectBody, options: PutOptions): Promise<ObjectMetadata> {
    const { signal } = options;
    throwIfAborted(signal);
    if (body instanceof Uint8Array && body.length <= this.#thresholdBytes) {
      return this.#putWhole(path, inOwnMemory(body), options);
    }
    const parts = new PartReader(readBody(body, signal));
    try {
      const start = await parts.take(this.#thresholdBytes);
      if (parts.ended) return await this.#putWhole(path, start, options);
      return await this.#putInParts(path, start, parts, options);
    } finally {
      await parts.close();
    }
  }

  async delete(path: string, signal: AbortSignal | undefined): Promise<void> {
    const { Bucket, RequestPayer } = this.#fields;
    const command = new DeleteObjectCommand({ Bucket, Key: path, ...(RequestPayer ? { RequestPayer } : {}) });
    try {
      await this.#requests.send((client, sending) => client.send(command, sending), path, signal);
    } catch (error) {
      if (!isQueryError(error) || error.code !== 'OBJECT_NOT_FOUND') throw error;
    }
  }

  async #putWhole(path: string, bytes: Uint8Array, options: PutOptions): Promise<ObjectMetadata> {
    const command = new PutObjectCommand({
      ...this.#fields,
      ...this.#createFields,
      ...conditionsOf(options),
      Key: path,
      Body: bytes,
      ContentLength: bytes.length,
    });
    const answer = await this.#requests.send(
      (client, sending) => client.send(command, sending),
      path,
      options.signal,
      options,
    );
    return written(path, bytes.length, answer.ETag);
  }

  async #putInParts(path: string, start: Uint8Array, parts: PartReader, options: PutOptions): Promise<ObjectMetadata> {
    const create = new CreateMultipartUploadCommand({ ...this.#fields, ...this.#createFields, Key: path });
    const { UploadId } = await this.#requests.send(
      (client, sending) => client.send(create, sending),
      path,
      options.signal,
    );
    if (UploadId === undefined) throw notCapable('A server without multipart uploads');
    let etag: string | undefined;
    let size: number;
    try {
      const { completed, size: uploaded } = await this.#uploadParts(path, UploadId, start, parts, options.signal);
      size = uploaded;
      const complete = new CompleteMultipartUploadCommand({
        ...this.#fields,
        ...conditionsOf(options),
        Key: path,
        UploadId,
        MultipartUpload: { Parts: completed },
      });
      const answer = await this.#requests.send(
        (client, sending) => client.send(complete, sending),
        path,
        options.signal,
        options,
      );
      etag = answer.ETag;
    } catch (error) {
      await this.#abandon(path, UploadId);
      throw error;
    }
    return written(path, size, etag || (await this.#etagOf(path, options.signal)));
  }

  async #uploadParts(
    path: string,
    UploadId: string,
    start: Uint8Array,
    parts: PartReader,
    signal: AbortSignal | undefined,
  ): Promise<{ completed: CompletedPart[]; size: number }> {
    const failing = new AbortController();
    const linked = linkSignals(signal, failing.signal);
    const { SSECustomerAlgorithm, SSECustomerKey, ...fields } = this.#fields;
    const customerKey = SSECustomerKey ? { SSECustomerAlgorithm, SSECustomerKey } : {};
    const completed: CompletedPart[] = [];
    const running = new Set<Promise<void>>();
    let failure: { readonly error: unknown } | undefined;
    let size = 0;
    const upload = async (PartNumber: number, bytes: Uint8Array) => {
      try {
        const command = new UploadPartCommand({
          ...fields,
          ...customerKey,
          Key: path,
          UploadId,
          PartNumber,
          Body: bytes,
          ContentLength: bytes.length,
        });
        const { ETag, ChecksumCRC32 } = await this.#requests.send(
          (client, sending) => client.send(command, sending),
          path,
          linked.signal,
        );
        completed[PartNumber - 1] = { PartNumber, ETag, ...(ChecksumCRC32 ? { ChecksumCRC32 } : {}) };
      } catch (error) {
        failure ??= { error };
        failing.abort();
      }
    };
    try {
      for (let number = 1; !failure; number++) {
        // The beginning was read to find out whether parts are needed; it is cut like the rest.
        const partBytes = this.#partBytes * (1 + Math.floor((number - 1) / 1000));
        const bytes = await parts.take(partBytes, number === 1 ? start : undefined);
        if (bytes.length === 0) break;
        if (number > MAX_PARTS) throw tooLarge(path);
        size += bytes.length;
        const task = upload(number, bytes).finally(() => running.delete(task));
        running.add(task);
        if (running.size >= MAX_UPLOADS) await Promise.race(running);
      }
    } catch (error) {
      failure ??= { error };
      failing.abort();
    } finally {
      await Promise.all(running);
      linked.unlink();
    }
    throwIfAborted(signal);
    if (failure) throw failure.error;
    return { completed, size };
  }

  /** Ceph does not always say in its answer what an upload in parts has become. */
  async #etagOf(path: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const head = new HeadObjectCommand({ ...this.#fields, Key: path });
    return (await this.#requests.send((client, sending) => client.send(head, sending), path, signal)).ETag;
  }

  /** Parts of an upload that is not completed are stored, and paid for, until it is aborted. */
  async #abandon(path: string, UploadId: string): Promise<void> {
    const { Bucket, RequestPayer } = this.#fields;
    const command = new AbortMultipartUploadCommand({
      Bucket,
      Key: path,
      UploadId,
      ...(RequestPayer ? { RequestPayer } : {}),
    });
    try {
      await this.#requests.send((client, sending) => client.send(command, sending), path, undefined);
    } catch {
      // The error that ended the upload is the one to report. A rule of the bucket removes what is left.
    }
  }
}

/** Cuts a body into pieces of a given size, whatever the size of its own parts. */
class PartReader {
  readonly #parts: AsyncGenerator<Uint8Array, void>;
  #rest: Uint8Array = new Uint8Array(0);
  ended = false;

  constructor(parts: AsyncGenerator<Uint8Array, void>) {
    this.#parts = parts;
  }

  /** The next bytes, as many as asked for unless the body ends. `before` stands before what is still to be read. */
  async take(numBytes: number, before: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    if (before.length > 0) this.#rest = this.#rest.length > 0 ? concatenate(before, this.#rest) : before;
    const taken = new Uint8Array(numBytes);
    let length = 0;
    while (length < numBytes) {
      if (this.#rest.length === 0) {
        const next = await this.#parts.next();
        if (next.done) {
          this.ended = true;
          break;
        }
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, numBytes - length);
      taken.set(part, length);
      length += part.length;
      this.#rest = this.#rest.subarray(part.length);
    }
    return taken.subarray(0, length);
  }

  /** Ends the body, when it is not yet at its end. */
  async close(): Promise<void> {
    await this.#parts.return();
  }
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function conditionsOf({ ifMatch, ifNoneMatch }: PutOptions) {
  return {
    ...(ifMatch === undefined ? {} : { IfMatch: quoted(ifMatch) }),
    ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
  };
}

/** What was written. S3 does not say when; the clock of this machine does. */
function written(path: string, size: number, etag: string | undefined): ObjectMetadata {
  return { path, size, version: etagOf(path, etag), lastModifiedMs: Date.now() };
}

/** A socket cannot send from shared memory, which another thread may change meanwhile. */
function inOwnMemory(bytes: Uint8Array): Uint8Array {
  return bytes.buffer instanceof SharedArrayBuffer ? new Uint8Array(bytes) : bytes;
}

function tooLarge(path: string): QueryError {
  return new QueryError('BAD_ARGUMENT', `The object '${path}' would need more than ${MAX_PARTS} parts.`, {
    details: { path },
    hint: 'Raise partBytes.',
  });
}
