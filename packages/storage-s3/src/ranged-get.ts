import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { type ByteRange, badArgument, isQueryError, linkSignals } from '@millrace/core/storage';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AnsweredPart } from './answered-part.ts';
import { answeredPart } from './answered-part.ts';
import { quoted } from './etag.ts';
import type { HttpAnswer, HttpExchange } from './http-connection.ts';
import type { HttpHead } from './http-head.ts';
import { HttpPool } from './http-pool.ts';
import { type RequestTemplate, requestTemplate } from './request-template.ts';
import {
  clientConfig,
  DEFAULT_MAX_CONNECTIONS,
  type ObjectRequestFields,
  type S3StoreComponents,
} from './s3-client.ts';
import type { S3Requests } from './s3-requests.ts';
import type { S3StoreSettings } from './s3-settings.ts';

/** The hash of nothing, which is what a GET carries. */
const EMPTY_SHA256 = createHash('sha256').digest('hex');

/** One range of one object, and what is to be known of it. */
export interface RangedGetRequest {
  readonly path: string;
  readonly range: ByteRange;
  readonly ifMatch: string | undefined;
  readonly target: Uint8Array;
  readonly signal: AbortSignal;
  readonly onBytes: ((numBytes: number) => void) | undefined;
  /** Called before the first byte; what it throws ends the request. */
  onAnswer(part: AnsweredPart): void;
}

/** An answer that only the SDK can take: its length is not said. */
const UNSUITABLE = new Error('The server does not say how long its answers are.');

/**
 * GETs of ranges, past the SDK and its streams: the SDK's rules build the request and its signer signs it, and the system writes the body
 * straight into the memory that the caller gives. A GiB costs the client a fifth of the CPU that the SDK takes for it, and a small
 * request a tenth.
 *
 * Not for what the SDK sends in ways of its own: through proxies, to access points, and to directory buckets.
 */
export class RangedGet {
  readonly #requests: S3Requests;
  readonly #fields: ObjectRequestFields;
  readonly #settings: S3StoreSettings;
  readonly #components: S3StoreComponents;
  readonly #signer: SignatureV4 | undefined;
  #template: { readonly region: string; readonly built: Promise<RequestTemplate> } | undefined;
  #pool: { readonly template: RequestTemplate; readonly pool: HttpPool } | undefined;
  #isPossible: boolean;

  constructor(
    requests: S3Requests,
    fields: ObjectRequestFields,
    settings: S3StoreSettings,
    components: S3StoreComponents,
  ) {
    this.#requests = requests;
    this.#fields = fields;
    this.#settings = settings;
    this.#components = components;
    const { bucket, proxyFromEnvironment } = settings;
    this.#isPossible = !proxyFromEnvironment && !bucket.includes(':') && !bucket.endsWith('--x-s3');
    this.#signer =
      settings.credentials === 'anonymous'
        ? undefined
        : new SignatureV4({
            credentials: requests.client.config.credentials,
            region: requests.region.get,
            service: 's3',
            sha256: NodeSha256,
            uriEscapePath: false,
            applyChecksum: false,
          });
    requests.closing.addEventListener('abort', () => this.#pool?.pool.close(), { once: true });
  }

  /** Whether this is the way to read; otherwise it is the SDK's. Changes to no when the server turns out not to be up to it. */
  get isPossible(): boolean {
    return this.#isPossible;
  }

  /** Reads one range. False when the answer was of no use here: the caller takes the way of the SDK. */
  async read(request: RangedGetRequest): Promise<boolean> {
    const { path, signal, ifMatch } = request;
    // Whoever gave the signal may keep it for long.
    const linked = linkSignals(signal);
    try {
      let answer = await this.#send(request, linked.signal);
      const headers = Object.fromEntries(answer.head.headers);
      if (await this.#requests.region.learn(answer.head.status, headers)) {
        answer = await this.#send(request, linked.signal);
      }
      if (!isSuccess(answer.head)) throw failedRequest(answer);
      return true;
    } catch (error) {
      if (error === UNSUITABLE) {
        this.#isPossible = false;
        return false;
      }
      throw isQueryError(error) ? error : this.#requests.translate(error, path, linked.signal, { ifMatch });
    } finally {
      linked.unlink();
    }
  }

  async #send(request: RangedGetRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { path, range, ifMatch, target, onBytes, onAnswer } = request;
    const template = await this.#currentTemplate();
    const exchange: HttpExchange = {
      request: await this.#requestText(template, path, range, ifMatch),
      onBytes,
      accept(head) {
        if (!isSuccess(head)) return undefined;
        const length = head.headers.get('content-length');
        if (length === undefined) throw UNSUITABLE;
        onAnswer(
          answeredPart(path, range, {
            length: Number(length),
            contentRange: head.headers.get('content-range'),
            etag: head.headers.get('etag'),
            lastModified: head.headers.get('last-modified'),
          }),
        );
        return target;
      },
    };
    return this.#poolOf(template).send(exchange, signal);
  }

  async #currentTemplate(): Promise<RequestTemplate> {
    const region = await this.#requests.region.get();
    if (this.#template?.region !== region) {
      const config = clientConfig(this.#settings, this.#components, this.#requests.region);
      const built = requestTemplate(config, this.#fields, region);
      this.#template = { region, built };
      // The next request tries again.
      built.catch(() => {
        this.#template = undefined;
      });
    }
    return this.#template.built;
  }

  #poolOf(template: RequestTemplate): HttpPool {
    if (this.#pool?.template !== template) {
      this.#pool?.pool.close();
      const {
        maxConnections = DEFAULT_MAX_CONNECTIONS,
        connectTimeoutMs = 5000,
        idleTimeoutMs = 30_000,
        ca,
      } = this.#settings;
      const pool = new HttpPool(template.origin, {
        maxConnections,
        connectTimeoutMs,
        idleTimeoutMs,
        ca: ca === undefined ? undefined : [...rootCertificates, ca],
      });
      this.#pool = { template, pool };
    }
    return this.#pool.pool;
  }

  async #requestText(
    template: RequestTemplate,
    path: string,
    { offset, length }: ByteRange,
    ifMatch: string | undefined,
  ): Promise<string> {
    const { origin, pathPrefix } = template;
    const unsigned = {
      method: 'GET',
      protocol: origin.isSecure ? 'https:' : 'http:',
      hostname: origin.hostname,
      port: origin.port,
      path: pathPrefix + encodeKey(path),
      query: {},
      headers: {
        ...template.headers,
        host: template.headers.host ?? hostHeader(template),
        range: `bytes=${offset}-${offset + length - 1}`,
        'x-amz-content-sha256': EMPTY_SHA256,
        ...(ifMatch === undefined ? {} : { 'if-match': headerValue(quoted(ifMatch)) }),
      },
    };
    const { headers } = this.#signer ? await this.#signer.sign(unsigned, { signingRegion: template.region }) : unsigned;
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET ${unsigned.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
  }
}

/** SHA-256 of Node.js in the form that the signer wants. */
class NodeSha256 {
  readonly #secret: string | Uint8Array | undefined;
  #hash!: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined || typeof secret === 'string' ? secret : bytesOf(secret);
    this.reset();
  }

  update(data: Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {
    this.#hash = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
  }
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function isSuccess({ status }: HttpHead): boolean {
  return status === 200 || status === 206;
}

/** An answer that refuses, in the form of the SDK's errors, so that all errors are told in one place. */
function failedRequest({ head, text }: HttpAnswer): object {
  const part = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return {
    name: part('Code') ?? 'Error',
    message: part('Message') ?? `The server answers with ${head.status}.`,
    $metadata: { httpStatusCode: head.status, requestId: head.headers.get('x-amz-request-id') ?? part('RequestId') },
    $response: { headers: Object.fromEntries(head.headers) },
  };
}

function hostHeader({ origin: { isSecure, hostname, port } }: RequestTemplate): string {
  return port === (isSecure ? 443 : 80) ? hostname : `${hostname}:${port}`;
}

/** A key in the path of a URL, as signatures want it (RFC 3986). */
function encodeKey(key: string): string {
  return encodeURIComponent(key)
    .replaceAll('%2F', '/')
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}

function headerValue(value: string): string {
  if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return value;
  throw badArgument('A version of an object must not contain control characters.');
}
