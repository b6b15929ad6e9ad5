import { S3Client } from '@aws-sdk/client-s3';
import type { S3StoreSettings } from './s3-settings.ts';

/** Where buckets lie of which nobody says where. */
const FALLBACK_REGION = 'us-east-1';

/** The statuses by which S3 says that a bucket lies in another region. */
const REDIRECTS: ReadonlySet<number> = new Set([301, 307, 400]);

/**
 * The region of a bucket: that of the settings, of the environment or of the profile, until an answer of AWS names another one. From then
 * on that one, for all requests of the store.
 */
export class BucketRegion {
  readonly #settings: S3StoreSettings;
  #known: Promise<string> | undefined;

  constructor(settings: S3StoreSettings) {
    this.#settings = settings;
  }

  readonly get = (): Promise<string> => {
    this.#known ??= this.#configured();
    return this.#known;
  };

  /**
   * Looks at an answer that refuses a request; says whether the request should be sent again because the bucket lies elsewhere.
   */
  async learn(status: number | undefined, headers: Readonly<Record<string, string>> | undefined): Promise<boolean> {
    const region = headers?.['x-amz-bucket-region'];
    if (this.#settings.endpoint !== undefined || region === undefined || !REDIRECTS.has(status ?? 0)) return false;
    if (region === (await this.get())) return false;
    this.#known = Promise.resolve(region);
    return true;
  }

  async #configured(): Promise<string> {
    const { region, endpoint, profile } = this.#settings;
    if (region !== undefined || endpoint !== undefined) return region ?? FALLBACK_REGION;
    const client = new S3Client(profile === undefined ? {} : { profile });
    try {
      return await client.config.region();
    } catch {
      // Neither the environment nor a profile has one: the first answer will tell.
      return FALLBACK_REGION;
    } finally {
      client.destroy();
    }
  }
}
