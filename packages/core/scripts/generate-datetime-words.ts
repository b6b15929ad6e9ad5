/**
 * Writes `kernels/function/datetime-word-table.ts`: the words that date, time and interval input knows, as PostgreSQL's
 * datetktbl, deltatktbl and its default time zone abbreviations have them. `node scripts/generate-datetime-words.ts`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ZONE_ABBREVIATIONS } from '../src/expression/scalar/datetime/zone-abbreviations.ts';

const KIND = {
  MONTH: 1,
  AM_PM: 2,
  AD_BC: 3,
  IGNORED: 4,
  ZONE: 5,
  RESERVED: 6,
  ISO_TIME: 7,
  JULIAN: 8,
} as const;

const MONTHS = 'january february march april may june july august september october november december'.split(' ');
const DAYS =
  'sun sunday mon monday tue tues tuesday wed weds wednesday thu thur thurs thursday fri friday sat saturday'.split(
    ' ',
  );
const RESERVED = ['now', 'today', 'tomorrow', 'yesterday', 'epoch', 'infinity', '-infinity', 'allballs'];

/** Interval units; the number is the code that kernels/function/interval-parse.ts uses. */
const UNITS: readonly (readonly [words: string, code: number])[] = [
  ['us usec usecs usecond useconds microsecond microseconds', 0],
  ['ms msec msecs msecond mseconds millisecond milliseconds', 1],
  ['s sec secs second seconds', 2],
  ['m min mins minute minutes', 3],
  ['h hr hrs hour hours', 4],
  ['d day days', 5],
  ['w week weeks', 6],
  ['mon mons month months', 7],
  ['y yr yrs year years', 8],
  ['dec decs decade decades', 9],
  ['c cent century centuries', 10],
  ['mil mils millennia millennium', 11],
  ['ago', 12],
];

interface Word {
  readonly word: string;
  readonly kind: number;
  readonly value: number;
}

const dateWords: Word[] = [
  ...MONTHS.flatMap((word, i) => [
    { word, kind: KIND.MONTH, value: i + 1 },
    ...(word.length > 3 ? [{ word: word.slice(0, 3), kind: KIND.MONTH, value: i + 1 }] : []),
  ]),
  { word: 'sept', kind: KIND.MONTH, value: 9 },
  { word: 'am', kind: KIND.AM_PM, value: 0 },
  { word: 'pm', kind: KIND.AM_PM, value: 1 },
  { word: 'ad', kind: KIND.AD_BC, value: 0 },
  { word: 'bc', kind: KIND.AD_BC, value: 1 },
  ...[...DAYS, 'at', 'on'].map((word) => ({ word, kind: KIND.IGNORED, value: 0 })),
  ...RESERVED.map((word, i) => ({ word, kind: KIND.RESERVED, value: i })),
  { word: 't', kind: KIND.ISO_TIME, value: 0 },
  ...['j', 'jd', 'julian'].map((word) => ({ word, kind: KIND.JULIAN, value: 0 })),
  ...Array.from(ZONE_ABBREVIATIONS, ([word, value]) => ({ word, kind: KIND.ZONE, value })),
];
const intervalWords = UNITS.flatMap(([words, value]) => words.split(' ').map((word) => ({ word, kind: 0, value })));

/** FNV-1a of the letters, 64 bits: what `word_hash` in kernels/function/datetime-words.ts computes. */
const hash = (word: string) =>
  [...word].reduce(
    (sum, letter) => BigInt.asUintN(64, (sum ^ BigInt(letter.charCodeAt(0))) * 0x100000001b3n),
    0xcbf29ce484222325n,
  );

function table(name: string, words: readonly Word[]): string {
  const sorted = words
    .map((entry) => ({ ...entry, key: hash(entry.word) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  sorted.forEach((entry, i) => {
    if (entry.key === sorted[i + 1]?.key) throw new Error(`${entry.word} and ${sorted[i + 1]!.word} have one hash`);
  });
  const lines = sorted.map(({ word, kind, value, key }) => {
    const rest = (BigInt(value >>> 0) << 32n) | BigInt(kind);
    return `  0x${key.toString(16)}, 0x${rest.toString(16)}, // ${word}`;
  });
  return `export const ${name}: usize = memory.data<u64>([\n${lines.join('\n')}\n]);\nexport const ${name}_ENTRIES: i32 = ${sorted.length};`;
}

writeFileSync(
  fileURLToPath(new URL('../kernels/function/datetime-word-table.ts', import.meta.url)),
  `// Made by scripts/generate-datetime-words.ts: hash of the word; kind and value.
${Object.entries(KIND)
  .map(([name, code]) => `export const WORD_${name}: i32 = ${code};`)
  .join('\n')}
${RESERVED.map((word, i) => `export const RESERVED_${word.replace('-', 'MINUS_').toUpperCase()}: i32 = ${i};`).join('\n')}

${table('DATE_WORDS', dateWords)}

${table('INTERVAL_WORDS', intervalWords)}
`,
);
