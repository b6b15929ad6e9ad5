import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { buildApp } from 'fauxqs';

/** An S3 server with one empty bucket. */
export interface S3Bucket extends AsyncDisposable {
  readonly endpoint: string;
  readonly bucket: string;
}

/**
 * A bucket to measure and test against: of the real server that `MILLRACE_S3_ENDPOINT` names (see `scripts/ceph-gateway.ts`), otherwise
 * of an emulator in this process. Sets credentials for the emulator in the environment, where all threads find them.
 */
export async function openS3Bucket(bucket: string): Promise<S3Bucket> {
  const { MILLRACE_S3_ENDPOINT: real } = process.env;
  if (real !== undefined) {
    await makeBucket(real, bucket);
    return { endpoint: real, bucket, [Symbol.asyncDispose]: async () => undefined };
  }
  process.env.AWS_ACCESS_KEY_ID ??= 'emulated';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'emulated';
  const app = buildApp({ logger: false });
  const endpoint = (await app.listen({ host: '127.0.0.1', port: 0 })).replace(/\/$/, '');
  await makeBucket(endpoint, bucket);
  return {
    endpoint,
    bucket,
    async [Symbol.asyncDispose]() {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

async function makeBucket(endpoint: string, bucket: string): Promise<void> {
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } finally {
    client.destroy();
  }
}
