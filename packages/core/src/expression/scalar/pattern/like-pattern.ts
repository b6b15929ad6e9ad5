/**
 * What a LIKE pattern asks for, worked out once for a pattern that is the same for all rows.
 *
 * - `everything`: `%`.
 * - `contains`: `%part%`.
 * - `parts`: literal parts between `%`, in order; the first at the start of the string when `atStart`, the last at its end
 *   when `atEnd`. A single part at both is equality.
 * - `general`: a pattern with `_`, or one that ends in its escape.
 */
export type LikePattern =
  | { readonly kind: 'everything' }
  | { readonly kind: 'contains'; readonly part: string }
  | { readonly kind: 'parts'; readonly parts: readonly string[]; readonly atStart: boolean; readonly atEnd: boolean }
  | { readonly kind: 'general' };

/** The pattern by what it asks for; its escape is the backslash. */
export function compileLikePattern(pattern: string): LikePattern {
  const segments: string[] = [''];
  for (let i = 0; i < pattern.length; i++) {
    let letter = pattern[i]!;
    if (letter === '_') return { kind: 'general' };
    if (letter === '%') {
      segments.push('');
      continue;
    }
    if (letter === '\\') {
      if (++i === pattern.length) return { kind: 'general' };
      letter = pattern[i]!;
    }
    segments[segments.length - 1] += letter;
  }
  const atStart = segments[0] !== '';
  const atEnd = segments.at(-1) !== '';
  const parts = segments.filter((segment) => segment !== '');
  if (segments.length === 1) return { kind: 'parts', parts: segments, atStart: true, atEnd: true };
  if (parts.length === 0) return { kind: 'everything' };
  if (parts.length === 1 && !atStart && !atEnd) return { kind: 'contains', part: parts[0]! };
  return { kind: 'parts', parts, atStart, atEnd };
}
