const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, min: 60e3, h: 3600e3, d: 86_400e3 };
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/** Milliseconds of `'250ms'`, `'1.5s'`, `'10min'`, `'2h'` or `'7d'`; undefined for other texts. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * MILLISECONDS[match[2]!]! : undefined;
}

/** Times a second of `'20/s'`, `'600/min'`, `'5000/h'` or `'1000/d'`; undefined for other texts. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*\/\s*(s|min|h|d)$/.exec(text.trim());
  return match ? (Number(match[1]) * 1000) / MILLISECONDS[match[2]!]! : undefined;
}

/** Bytes of `'512MiB'` or `'2GB'`; undefined for other texts. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGT]?i?B)$/.exec(text.trim());
  const unit = match && BYTES[match[2]!];
  return unit ? Number(match[1]) * unit : undefined;
}

/** A share of `'5%'` or a number from 0 on; undefined for other texts. */
export function parseShare(value: string | number): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const match = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(value.trim());
  return match ? Number(match[1]) / 100 : undefined;
}

/** A duration for people: `850 ms`, `12.3 s`, `4.0 min`, `2.5 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${ms.toFixed(0)} ms`;
  if (ms < 100e3) return `${(ms / 1000).toFixed(ms < 10e3 ? 2 : 1)} s`;
  if (ms < 100 * 60e3) return `${(ms / 60e3).toFixed(1)} min`;
  return `${(ms / 3600e3).toFixed(1)} h`;
}
