import { QueryError } from '@millrace/core/storage';

/** How the server encrypts what is written. Keys that are secret are components, not settings. */
export type ServerSideEncryption =
  /** With keys of S3 (SSE-S3). */
  | { readonly kind: 's3' }
  /** With a key of KMS, the bucket's default one unless named (SSE-KMS). */
  | { readonly kind: 'kms'; readonly keyId?: string };

export interface S3StoreSettings {
  readonly bucket: string;
  /**
   * Default: what the environment and the profile of AWS say, or else `us-east-1`. When the bucket lies in another
   * region, the first answer says which, and requests go there from then on.
   */
  readonly region?: string;
  /** URL of a server that is not AWS, such as `http://127.0.0.1:9000`. Default: AWS. Never with a user and password. */
  readonly endpoint?: string;
  /** Whether the bucket stands in the path or in the host name. Default: `path` with an endpoint, else `virtual`. */
  readonly addressing?: 'path' | 'virtual';
  /**
   * `chain`: the provider chain of the AWS SDK (environment, profile, SSO, web identity, container, instance), resolved
   * wherever the store is built. `anonymous`: requests are not signed. Default: `chain`.
   */
  readonly credentials?: 'chain' | 'anonymous';
  /** The profile of the AWS configuration files. Default: `AWS_PROFILE`, or `default`. */
  readonly profile?: string;
  /**
   * Which conditions of `put` the server is known to check. Servers that do not know a condition ignore it, so that
   * the store must be told. Default: `create-and-replace` on AWS, `none` with an endpoint.
   */
  readonly conditionalWrites?: 'none' | 'create' | 'create-and-replace';
  readonly encryption?: ServerSideEncryption;
  /** Agrees to pay for requests to a bucket whose owner does not. Default: false. */
  readonly requesterPays?: boolean;
  /**
   * `when-required`: checksums of bodies only where S3 demands them; the transport has its own. `always`: CRC32 of
   * what is written, and of whole objects that are read, which costs about a CPU second a GiB. Default: `when-required`.
   */
  readonly checksums?: 'when-required' | 'always';
  /** The most connections at a time; requests beyond wait for one. Default: 64. */
  readonly maxConnections?: number;
  /** How long making a connection may take. Milliseconds. Default: 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long a request may go without any progress. Milliseconds. Default: 30,000. */
  readonly idleTimeoutMs?: number;
  /** Bodies of more bytes than this are written in parts. From 5 MiB to 5 GiB. Default: 16 MiB. */
  readonly multipartThresholdBytes?: number;
  /**
   * Size of the parts, from 5 MiB on. It grows after each 1,000 parts, so that 10,000 parts suffice for an object of
   * 5 TiB. Up to five parts are in memory at a time. Default: 8 MiB.
   */
  readonly partBytes?: number;
  /** Certificates (PEM) of authorities that are trusted beside those of Node.js. */
  readonly ca?: string;
  /**
   * Goes through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. Needs Node.js 22.21 or 24.5.
   * Default: false.
   */
  readonly proxyFromEnvironment?: boolean;
}

const MIB = 2 ** 20;

/** Throws `BAD_SETTING` for settings that make no sense. */
export function validateSettings(settings: S3StoreSettings): void {
  const { bucket, endpoint, encryption } = settings;
  if (typeof bucket !== 'string' || !/^[A-Za-z0-9._:/-]{1,255}$/.test(bucket) || bucket.includes('..')) {
    throw bad(`bucket must be the name of a bucket or the ARN of an access point, not ${JSON.stringify(bucket)}`);
  }
  for (const name of ['region', 'profile', 'ca'] as const) {
    const value = settings[name];
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw bad(`${name} must be text`);
  }
  if (endpoint !== undefined) validateEndpoint(endpoint);
  oneOf(settings, 'addressing', ['path', 'virtual']);
  oneOf(settings, 'credentials', ['chain', 'anonymous']);
  oneOf(settings, 'conditionalWrites', ['none', 'create', 'create-and-replace']);
  oneOf(settings, 'checksums', ['when-required', 'always']);
  for (const name of ['requesterPays', 'proxyFromEnvironment'] as const) {
    if (settings[name] !== undefined && typeof settings[name] !== 'boolean') throw bad(`${name} must be true or false`);
  }
  within(settings, 'maxConnections', 1, 10_000);
  within(settings, 'connectTimeoutMs', 1, 2 ** 31 - 1);
  within(settings, 'idleTimeoutMs', 1, 2 ** 31 - 1);
  within(settings, 'multipartThresholdBytes', 5 * MIB, 5 * 1024 * MIB);
  within(settings, 'partBytes', 5 * MIB, 512 * MIB);
  if (encryption !== undefined) {
    const { kind } = encryption;
    if (kind !== 's3' && kind !== 'kms')
      throw bad(`encryption.kind must be 's3' or 'kms', not ${JSON.stringify(kind)}`);
    if (kind === 'kms' && encryption.keyId !== undefined && typeof encryption.keyId !== 'string') {
      throw bad('encryption.keyId must be text');
    }
  }
}

function validateEndpoint(endpoint: unknown): void {
  let url: URL;
  try {
    url = new URL(String(endpoint));
  } catch {
    throw bad(`endpoint must be a URL such as http://127.0.0.1:9000, not ${JSON.stringify(endpoint)}`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw bad('endpoint must begin with http:// or https://');
  // Not repeated in the message: it is a secret.
  if (url.username !== '' || url.password !== '') throw bad('endpoint must not contain a user or password');
  if (url.search !== '' || url.hash !== '') throw bad('endpoint must not have a query or a fragment');
}

function oneOf<K extends keyof S3StoreSettings>(settings: S3StoreSettings, name: K, words: readonly string[]): void {
  const value: unknown = settings[name];
  if (value === undefined || words.includes(value as string)) return;
  throw bad(`${name} must be ${words.map((word) => `'${word}'`).join(' or ')}, not ${JSON.stringify(value)}`);
}

function within(settings: S3StoreSettings, name: keyof S3StoreSettings, least: number, most: number): void {
  const value: unknown = settings[name];
  if (value === undefined) return;
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most) {
    throw bad(`${name} must be a whole number from ${least} to ${most}, not ${String(value)}`);
  }
}

function bad(message: string): QueryError {
  return new QueryError('BAD_SETTING', `S3 store: ${message}.`);
}
