/**
 * A child process with an S3 bucket behind the proxy, so that the CPU time of a measurement is the client's alone. Its argument is the
 * settings as JSON; its first message says where it listens. Ends with its parent.
 */
import { openS3Bucket } from './s3-bucket.ts';
import { type S3ProxySettings, startS3Proxy } from './s3-proxy.ts';

export interface S3ServerSettings extends Omit<S3ProxySettings, 'target'> {
  readonly bucket: string;
}

export interface S3ServerAddress {
  /** Of the server itself, and of the proxy before it. */
  readonly direct: string;
  readonly shaped: string;
}

const { bucket, ...shape } = JSON.parse(process.argv[2]!) as S3ServerSettings;
const server = await openS3Bucket(bucket);
const proxy = await startS3Proxy({ ...shape, target: server.endpoint });
process.once('disconnect', () => process.exit());
process.send!({ direct: server.endpoint, shaped: proxy.endpoint } satisfies S3ServerAddress);
