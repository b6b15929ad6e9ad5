import { LATENCY_PRESETS, S3_REQUEST_CAPACITY } from '@millrace/core/storage';
import { InvalidArgumentError } from 'commander';
import type { StoreChoice } from './host-messages.ts';

const MEGABYTE = 1e6;

/**
 * The throttled store that stands for S3 Standard: its published first-byte times, 90 MB/s a connection (published: 25 to 95), the request
 * rates of a prefix.
 */
function s3LikeStore(seed: number, latencyFactor = 1): Extract<StoreChoice, { kind: 'throttled' }> {
  return {
    kind: 'throttled',
    settings: {
      seed,
      latency: 's3-standard',
      ...(latencyFactor === 1 ? {} : { latencyFactor }),
      connectionBytesPerSecond: 90 * MEGABYTE,
      capacity: S3_REQUEST_CAPACITY,
    },
  };
}

/** Parses `--store`: `fs`, `throttled`, `throttled:s3-express`, or `s3://bucket/prefix`; for commander. */
export function parseStore(text: string): StoreChoice {
  if (text === 'fs') return { kind: 'fs' };
  const [kind, preset] = text.split(':');
  if (kind === 'throttled') {
    const choice = s3LikeStore(1);
    if (preset === undefined) return choice;
    if (!Object.hasOwn(LATENCY_PRESETS, preset)) {
      throw new InvalidArgumentError(`Latency presets are ${Object.keys(LATENCY_PRESETS).join(', ')}.`);
    }
    return { ...choice, settings: { ...choice.settings, latency: preset as keyof typeof LATENCY_PRESETS } };
  }
  const s3 = /^s3:\/\/([^/]+)\/?(.*)$/.exec(text);
  if (s3) {
    const endpoint = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL;
    return { kind: 's3', bucket: s3[1]!, prefix: s3[2]!.replace(/\/$/, ''), endpoint };
  }
  throw new InvalidArgumentError("It must be 'fs', 'throttled', 'throttled:PRESET' or 's3://bucket/prefix'.");
}

/** A store in words. */
export function storeText(store: StoreChoice): string {
  if (store.kind === 'fs') return 'local files';
  if (store.kind === 's3') return `s3://${store.bucket}/${store.prefix}`;
  const { latency, latencyFactor = 1, connectionBytesPerSecond } = store.settings;
  const parts = [
    typeof latency === 'string' ? latency : latency ? 'a table of latencies' : 'no latency',
    ...(latencyFactor === 1 ? [] : [`times ${latencyFactor}`]),
    ...(connectionBytesPerSecond ? [`${connectionBytesPerSecond / MEGABYTE} MB/s a connection`] : []),
    ...(store.faults && store.faults.length > 0 ? [`${store.faults.length} fault rules`] : []),
  ];
  return `throttled local files (${parts.join(', ')})`;
}
