/**
 * Writes `kernels/function/power-table.ts`: the first 128 bits of 10^k for k from -342 to 324, rounded up, most
 * significant bit set. Both the formatting of doubles (Schubfach) and their parsing (Eisel and Lemire) read it.
 * `node scripts/generate-power-table.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FIRST = -342;
const LAST = 324;

const bitLength = (value: bigint) => value.toString(2).length;
const ceilDivide = (a: bigint, b: bigint) => (a + b - 1n) / b;

function leadingBits(power: number): bigint {
  if (power >= 0) {
    const value = 10n ** BigInt(power);
    const shift = bitLength(value) - 128;
    return shift <= 0 ? value << BigInt(-shift) : ceilDivide(value, 1n << BigInt(shift));
  }
  const divisor = 10n ** BigInt(-power);
  // 2^(n-1) < divisor < 2^n, so 2^(n+127) / divisor lies between 2^127 and 2^128.
  return ceilDivide(1n << BigInt(bitLength(divisor) + 127), divisor);
}

const entries: string[] = [];
for (let power = FIRST; power <= LAST; power++) {
  const bits = leadingBits(power);
  if (bitLength(bits) !== 128) throw new Error(`10^${power} has ${bitLength(bits)} bits`);
  entries.push(`  0x${(bits & ((1n << 64n) - 1n)).toString(16)}, 0x${(bits >> 64n).toString(16)},`);
}
writeFileSync(
  fileURLToPath(new URL('../kernels/function/power-table.ts', import.meta.url)),
  `// Made by scripts/generate-power-table.ts: the first 128 bits of 10^k, rounded up; low half, high half.
export const FIRST_POWER: i32 = ${FIRST};
export const LAST_POWER: i32 = ${LAST};
export const POWERS: usize = memory.data<u64>([
${entries.join('\n')}
]);
`,
);
