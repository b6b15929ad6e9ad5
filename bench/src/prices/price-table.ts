import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { SpecError } from '../workload/spec-error.ts';

const priceSchema = z.strictObject({
  schema: z.literal('prices@1'),
  name: z.string(),
  asOf: z.iso.date(),
  source: z.string(),
  currency: z.string(),
  instances: z
    .array(
      z.strictObject({
        name: z.string(),
        vcpus: z.int().min(1),
        memoryGiB: z.number().gt(0),
        networkGbps: z.number().gt(0),
        dollarsPerHour: z.number().min(0),
        /** How fast a core is beside one of the machine that was calibrated. */
        speed: z.number().gt(0),
      }),
    )
    .min(1),
  storage: z.strictObject({
    dollarsPerThousandGets: z.number().min(0),
    dollarsPerThousandPuts: z.number().min(0),
    dollarsPerGigabyteMonth: z.number().min(0),
  }),
  network: z.strictObject({ dollarsPerGigabyteOut: z.number().min(0), dollarsPerGigabyteFromStore: z.number().min(0) }),
});

/** What things cost, as of a date. */
export type PriceTable = z.output<typeof priceSchema>;
export type InstancePrice = PriceTable['instances'][number];

/** The prices that come with the planner. */
export const DEFAULT_PRICES = fileURLToPath(new URL('./aws-us-east-1-2025-06.json', import.meta.url));

/** Reads a file of prices. Throws `SpecError` with everything that is wrong with it. */
export function readPrices(file: string): PriceTable {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SpecError(file, [
      { message: `the prices cannot be read: ${error instanceof Error ? error.message : error}`, position: undefined },
    ]);
  }
  const parsed = priceSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SpecError(
    file,
    parsed.error.issues.map(({ path, message }) => ({ message: `${path.join('.')}: ${message}`, position: undefined })),
  );
}
