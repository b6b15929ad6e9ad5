import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { notCapable, QueryError } from '@millrace/core/storage';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { BucketRegion } from './bucket-region.ts';
import type { S3StoreSettings } from './s3-settings.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** When they end; they are asked for again before. */
  readonly expiration?: Date;
}

export interface S3StoreComponents {
  /** Credentials, or a function that gets them. Stays where it is: such a store cannot be rebuilt elsewhere. */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>);
  /** The 32 bytes of the key with which the server encrypts and decrypts, and which it does not keep (SSE-C). */
  readonly customerKey?: Uint8Array;
}

/** Fields of requests about an object that come from the settings. */
export interface ObjectRequestFields {
  readonly Bucket: string;
  readonly RequestPayer?: 'requester';
  readonly SSECustomerAlgorithm?: 'AES256';
  readonly SSECustomerKey?: string;
}

/** Fields of requests that make an object. */
export interface CreateRequestFields {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms';
  readonly SSEKMSKeyId?: string;
}

export const DEFAULT_MAX_CONNECTIONS = 64;

/**
 * The SDK's client as this store wants it: no retries (they belong to the data plane, which sees all requests), a pool
 * with as many sockets as there may be requests, and no checksums that nobody asked for.
 */
export function makeClient(settings: S3StoreSettings, components: S3StoreComponents, region: BucketRegion): S3Client {
  return new S3Client({ ...clientConfig(settings, components, region), requestHandler: makeHandler(settings) });
}

/** The client's configuration without what sends its requests. */
export function clientConfig(
  settings: S3StoreSettings,
  components: S3StoreComponents,
  region: BucketRegion,
): S3ClientConfig {
  const { endpoint, addressing, profile } = settings;
  const anonymous = settings.credentials === 'anonymous';
  const always = settings.checksums === 'always';
  return {
    region: region.get,
    maxAttempts: 1,
    forcePathStyle: addressing === undefined ? endpoint !== undefined : addressing === 'path',
    requestChecksumCalculation: always ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    responseChecksumValidation: always ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(profile === undefined ? {} : { profile }),
    ...(components.credentials === undefined ? {} : { credentials: components.credentials }),
    ...(anonymous
      ? {
          credentials: { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' },
          signer: { sign: async (request) => request },
        }
      : {}),
  };
}

export function objectFields(settings: S3StoreSettings, components: S3StoreComponents): ObjectRequestFields {
  const { customerKey } = components;
  return {
    Bucket: settings.bucket,
    ...(settings.requesterPays ? { RequestPayer: 'requester' } : {}),
    ...(customerKey === undefined
      ? {}
      : { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.from(customerKey).toString('base64') }),
  };
}

export function createFields({ encryption }: S3StoreSettings): CreateRequestFields {
  if (encryption === undefined) return {};
  if (encryption.kind === 's3') return { ServerSideEncryption: 'AES256' };
  return {
    ServerSideEncryption: 'aws:kms',
    ...(encryption.keyId === undefined ? {} : { SSEKMSKeyId: encryption.keyId }),
  };
}

/** Throws `BAD_SETTING` for components that make no sense. */
export function validateComponents(settings: S3StoreSettings, components: S3StoreComponents): void {
  const { customerKey, credentials } = components;
  if (customerKey !== undefined && customerKey.length !== 32) {
    throw new QueryError('BAD_SETTING', `S3 store: customerKey must have 32 bytes, not ${customerKey.length}.`);
  }
  if (customerKey !== undefined && settings.encryption !== undefined) {
    throw new QueryError(
      'BAD_SETTING',
      'S3 store: an object is encrypted with customerKey or by encryption, not both.',
    );
  }
  if (credentials !== undefined && settings.credentials !== undefined) {
    throw new QueryError('BAD_SETTING', 'S3 store: credentials are given twice, as a setting and as a component.');
  }
}

function makeHandler(settings: S3StoreSettings): NodeHttpHandler {
  const { maxConnections = DEFAULT_MAX_CONNECTIONS, ca, connectTimeoutMs = 5000, idleTimeoutMs = 30_000 } = settings;
  const pool = {
    keepAlive: true,
    maxSockets: maxConnections,
    maxFreeSockets: maxConnections,
    ...(settings.proxyFromEnvironment ? { proxyEnv: proxyEnvironment() } : {}),
  };
  return new NodeHttpHandler({
    httpAgent: new HttpAgent(pool),
    httpsAgent: new HttpsAgent({ ...pool, ...(ca === undefined ? {} : { ca: [...rootCertificates, ca] }) }),
    connectionTimeout: connectTimeoutMs,
    socketTimeout: idleTimeoutMs,
    // The pool is bounded on purpose; that requests wait in it is no news.
    socketAcquisitionWarningTimeout: 2 ** 31 - 1,
  });
}

function proxyEnvironment(): NodeJS.ProcessEnv {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21)) return process.env;
  throw notCapable(`A proxy from the environment on Node.js ${process.versions.node}`, 'Use Node.js 24.5 or later.');
}
