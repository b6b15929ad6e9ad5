import { QueryError, type SourceSpan } from '../../../error/index.ts';

/** One field of a date and time template. */
interface TemplateField {
  readonly word: string;
  /** As in kernels/function/datetime-to-char.ts and datetime-from-char.ts. */
  readonly code: number;
  /** A number, of which digits may follow another number without anything between. */
  readonly isNumber: boolean;
}

const words = (code: number, isNumber: boolean, ...names: readonly string[]): TemplateField[] =>
  names.map((word) => ({ word, code, isNumber }));

/** PostgreSQL's DCH_keywords. */
const FIELDS: readonly TemplateField[] = [
  ...words(0, false, 'A.D.', 'B.C.'),
  ...words(1, false, 'a.d.', 'b.c.'),
  ...words(2, false, 'AD', 'BC'),
  ...words(3, false, 'ad', 'bc'),
  ...words(4, false, 'A.M.', 'P.M.'),
  ...words(5, false, 'a.m.', 'p.m.'),
  ...words(6, false, 'AM', 'PM'),
  ...words(7, false, 'am', 'pm'),
  ...words(8, true, 'CC', 'cc'),
  ...words(9, false, 'DAY'),
  ...words(10, false, 'Day'),
  ...words(11, false, 'day'),
  ...words(12, false, 'DY'),
  ...words(13, false, 'Dy'),
  ...words(14, false, 'dy'),
  ...words(15, true, 'DDD', 'ddd'),
  ...words(16, true, 'IDDD', 'iddd'),
  ...words(17, true, 'DD', 'dd'),
  ...words(18, true, 'D', 'd'),
  ...words(19, true, 'ID', 'id'),
  ...words(20, true, 'HH24', 'hh24'),
  ...words(21, true, 'HH12', 'hh12', 'HH', 'hh'),
  ...words(22, true, 'MI', 'mi'),
  ...words(23, true, 'SS', 'ss'),
  ...words(24, true, 'MS', 'ms'),
  ...words(25, true, 'US', 'us'),
  ...words(26, true, 'SSSSS', 'sssss', 'SSSS', 'ssss'),
  ...words(27, true, 'IW', 'iw'),
  ...words(28, true, 'IYYY', 'iyyy'),
  ...words(29, true, 'IYY', 'iyy'),
  ...words(30, true, 'IY', 'iy'),
  ...words(31, true, 'I', 'i'),
  ...words(32, true, 'J', 'j'),
  ...words(33, true, 'MM', 'mm'),
  ...words(34, false, 'MONTH'),
  ...words(35, false, 'Month'),
  ...words(36, false, 'month'),
  ...words(37, false, 'MON'),
  ...words(38, false, 'Mon'),
  ...words(39, false, 'mon'),
  ...words(40, true, 'Q', 'q'),
  ...words(41, false, 'RM'),
  ...words(42, false, 'rm'),
  ...words(43, true, 'W', 'w'),
  ...words(44, true, 'WW', 'ww'),
  ...words(45, true, 'Y,YYY', 'y,yyy'),
  ...words(46, true, 'YYYY', 'yyyy'),
  ...words(47, true, 'YYY', 'yyy'),
  ...words(48, true, 'YY', 'yy'),
  ...words(49, true, 'Y', 'y'),
  ...words(50, false, 'OF', 'of'),
  ...words(51, false, 'TZH', 'tzh'),
  ...words(52, true, 'TZM', 'tzm'),
  ...words(53, false, 'TZ'),
  ...words(54, false, 'tz'),
  ...words(55, false, 'FX', 'fx'),
  ...[1, 2, 3, 4, 5, 6].flatMap((digits) => words(60 + digits, true, `FF${digits}`, `ff${digits}`)),
];

/** Longer words first: `DDD` before `DD`, `HH24` before `HH`. */
const BY_LENGTH = [...FIELDS].sort((a, b) => b.word.length - a.word.length);

export const ZONE_NAME_UPPER = 53;
export const ZONE_NAME_LOWER = 54;
export const FIXED_FORMAT = 55;

/** A field with its suffixes, or a single character. */
export type TemplateNode =
  | {
      readonly kind: 'field';
      readonly word: string;
      readonly code: number;
      readonly isNumber: boolean;
      readonly fill: boolean;
      readonly ordinal: 'TH' | 'th' | undefined;
    }
  | { readonly kind: 'character' | 'separator' | 'space'; readonly text: string };

/** Takes a date and time template apart, as `parse_format` in PostgreSQL's formatting.c. */
export function parseDatetimeTemplate(template: string, span: SourceSpan | undefined): TemplateNode[] {
  const nodes: TemplateNode[] = [];
  let at = 0;
  while (at < template.length) {
    const field = takeField(template, at, span);
    if (field) {
      at = field.end;
      nodes.push(field.node);
      continue;
    }
    if (template[at] === '"') {
      at = takeQuoted(template, at + 1, nodes);
      continue;
    }
    if (template[at] === '\\' && template[at + 1] === '"') at++;
    const character = String.fromCodePoint(template.codePointAt(at)!);
    nodes.push({ kind: kindOf(character), text: character });
    at += character.length;
  }
  return nodes;
}

/** A field at `at` with the prefix FM or TM before it and a suffix behind. */
function takeField(
  template: string,
  start: number,
  span: SourceSpan | undefined,
): { readonly node: TemplateNode; readonly end: number } | undefined {
  let at = start;
  let fill = false;
  let bareNames = false;
  for (let prefix = template.slice(at, at + 2).toUpperCase(); prefix === 'FM' || prefix === 'TM'; ) {
    if (prefix === 'FM') fill = true;
    // Asks for names in the locale's language, not padded; here they are English.
    else bareNames = true;
    at += 2;
    prefix = template.slice(at, at + 2).toUpperCase();
  }
  const found = BY_LENGTH.find(({ word }) => template.startsWith(word, at));
  if (!found) return undefined;
  at += found.word.length;
  const suffix = template.slice(at, at + 2);
  const ordinal = suffix === 'TH' || suffix === 'th' ? suffix : undefined;
  if (suffix === 'SP') {
    throw new QueryError('FEATURE_NOT_IMPLEMENTED', 'The template suffix SP is not supported yet.', { span });
  }
  const { word, code, isNumber } = found;
  return {
    node: { kind: 'field', word, code, isNumber, fill: fill || (bareNames && !isNumber), ordinal },
    end: ordinal ? at + 2 : at,
  };
}

/** Characters between double quotes, taken literally; a backslash takes the next one literally. */
function takeQuoted(template: string, start: number, nodes: TemplateNode[]): number {
  let at = start;
  while (at < template.length && template[at] !== '"') {
    if (template[at] === '\\' && at + 1 < template.length) at++;
    const character = String.fromCodePoint(template.codePointAt(at)!);
    nodes.push({ kind: 'character', text: character });
    at += character.length;
  }
  return at + 1;
}

function kindOf(character: string): 'character' | 'separator' | 'space' {
  if (/^\s$/.test(character)) return 'space';
  return /^[!-/:-@[-`{-~]$/.test(character) ? 'separator' : 'character';
}

/** Whether a number before node `next` may take as many digits as there are. */
export function endsNumber(nodes: readonly TemplateNode[], index: number): boolean {
  const node = nodes[index]!;
  if (node.kind === 'field' && node.ordinal) return true;
  const next = nodes[index + 1];
  if (!next) return true;
  return next.kind === 'field' ? !next.isNumber : !/^\d$/.test(next.text);
}
