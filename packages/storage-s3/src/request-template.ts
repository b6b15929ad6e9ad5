import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { HttpOrigin } from './http-connection.ts';
import type { ObjectRequestFields } from './s3-client.ts';

/** What all GETs of objects of one bucket have in common, as the rules of the SDK have it. */
export interface RequestTemplate {
  readonly origin: HttpOrigin;
  readonly region: string;
  /** What stands before the key in the path. */
  readonly pathPrefix: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request as the SDK hands it to what sends it. */
interface BuiltRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Any key that needs no encoding. */
const SAMPLE_KEY = 'k';

/** Headers that belong to one request, or to how the SDK sends it. */
const OWN_HEADERS = /^(amz-sdk-|content-|transfer-|accept|range$|if-|x-amz-checksum-mode$|x-amz-content-sha256$)/;

/**
 * Has the SDK build one GET without sending it, for the endpoint, the style of addressing, and the headers that the settings ask for (payer,
 * customer key). Nothing is signed and no credentials are asked for.
 */
export async function requestTemplate(
  config: S3ClientConfig,
  fields: ObjectRequestFields,
  region: string,
): Promise<RequestTemplate> {
  let built: BuiltRequest | undefined;
  const client = new S3Client({
    ...config,
    region,
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    signer: { sign: async (request) => request },
    requestHandler: {
      handle: async (request: unknown) => {
        built = request as BuiltRequest;
        throw new Error('only built');
      },
    },
  });
  try {
    await client.send(new GetObjectCommand({ ...fields, Key: SAMPLE_KEY }));
  } catch (error) {
    if (!built) throw error;
  } finally {
    client.destroy();
  }
  const { protocol, hostname, port, path, headers } = built!;
  const isSecure = protocol === 'https:';
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name.toLowerCase()));
  return {
    origin: { isSecure, hostname, port: port ?? (isSecure ? 443 : 80) },
    region,
    pathPrefix: path.slice(0, path.length - SAMPLE_KEY.length),
    headers: Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value])),
  };
}
