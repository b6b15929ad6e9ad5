import type { EngineHost } from '../host/engine-host.ts';
import { mean, standardDeviation } from '../statistics/mean-interval.ts';
import type { NoiseProbe } from './profile.ts';

/** About 20 ms of work on a present-day core. */
const ROUNDS = 20_000_000;
const NUM_SAMPLES = 25;

/** More variation than this makes every figure of a calibration doubtful. */
export const MOST_VARIATION = 0.05;

/** Times the same work again and again: what it varies by is the machine's, not the engine's. */
export async function probeNoise(host: EngineHost): Promise<NoiseProbe> {
  for (let i = 0; i < 5; i++) await host.spin(ROUNDS);
  const samplesMs: number[] = [];
  for (let i = 0; i < NUM_SAMPLES; i++) samplesMs.push(await host.spin(ROUNDS));
  return { variation: standardDeviation(samplesMs) / mean(samplesMs), samplesMs };
}

/** Why a noisy calibration is refused, and what to do. */
export function noiseText({ variation }: NoiseProbe): string {
  return (
    `the machine is noisy: the same work varied by ${(100 * variation).toFixed(1)} %, more than ${100 * MOST_VARIATION} %. ` +
    'Stop what else runs there, or give the command the cores for itself (for example chrt -f 10), and calibrate again'
  );
}
