import { QueryError, type SourceSpan, unsupported } from '../../../error/index.ts';
import type { TemplateNode } from './datetime-template.ts';

/** Fields of a number template by the codes of kernels/function/number-to-char.ts; longer words first. */
const FIELDS: readonly (readonly [word: string, code: number])[] = [
  ['EEEE', 20],
  ['FM', 19],
  ['MI', 7],
  ['PL', 8],
  ['PR', 9],
  ['RN', 10],
  ['SG', 12],
  ['SP', 13],
  ['TH', 15],
  [',', 0],
  ['.', 1],
  ['0', 2],
  ['9', 3],
  ['B', 18],
  ['C', 21],
  ['D', 4],
  ['G', 5],
  ['L', 6],
  ['S', 14],
  ['V', 17],
];
const LOWER_CODES: Readonly<Record<string, number>> = { rn: 11, th: 16 };

const FLAG = {
  decimal: 1,
  zero: 2,
  blank: 4,
  fill: 8,
  lsign: 16,
  bracket: 32,
  minus: 64,
  plus: 128,
  roman: 256,
} as const;

/** What a number template says as a whole: NUMDesc in PostgreSQL's formatting.c. */
export interface NumberTemplate {
  readonly nodes: readonly TemplateNode[];
  readonly flags: number;
  /** Digits before and after the point. */
  readonly pre: number;
  readonly post: number;
  /** Places by which `V` moves the point. */
  readonly shift: number;
  readonly zeroStart: number;
  readonly zeroEnd: number;
  /** The sign of `S` stands behind the digits; or it stood before them all, which with no digit before it is behind. */
  readonly signBehind: boolean;
  readonly signAfterAll: boolean;
}

/** Takes a number template apart. Throws `INVALID_VALUE` for one that PostgreSQL refuses. */
export function parseNumberTemplate(template: string, span: SourceSpan | undefined): NumberTemplate {
  const nodes: TemplateNode[] = [];
  const desc = new NumberDescription(span);
  let at = 0;
  while (at < template.length) {
    const rest = template.slice(at);
    const field = FIELDS.find(([word]) => rest.startsWith(word) || rest.startsWith(word.toLowerCase()));
    if (field) {
      const [word, upperCode] = field;
      const code = rest.startsWith(word) ? upperCode : (LOWER_CODES[word.toLowerCase()] ?? upperCode);
      desc.add(code);
      nodes.push({ kind: 'field', word, code, isNumber: false, fill: false, ordinal: undefined });
      at += word.length;
      continue;
    }
    if (template[at] === '"') {
      for (at++; at < template.length && template[at] !== '"'; ) {
        if (template[at] === '\\' && at + 1 < template.length) at++;
        at = pushCharacter(template, at, nodes);
      }
      at++;
      continue;
    }
    if (template[at] === '\\' && template[at + 1] === '"') at++;
    at = pushCharacter(template, at, nodes);
  }
  return desc.finish(nodes);
}

function pushCharacter(template: string, at: number, nodes: TemplateNode[]): number {
  const text = String.fromCodePoint(template.codePointAt(at)!);
  nodes.push({ kind: 'character', text });
  return at + text.length;
}

/** Collects what the fields say: NUMDesc_prepare. */
class NumberDescription {
  readonly #span: SourceSpan | undefined;
  #flags = 0;
  #pre = 0;
  #post = 0;
  #shift = 0;
  #hasShift = false;
  #zeroStart = 0;
  #zeroEnd = 0;
  #sign: 'none' | 'before' | 'behind' = 'none';
  #digitsBeforeSign = 0;

  constructor(span: SourceSpan | undefined) {
    this.#span = span;
  }

  add(code: number): void {
    const has = (flag: number) => (this.#flags & flag) !== 0;
    switch (code) {
      case 3:
        this.#refuse(has(FLAG.bracket), '"9" must be ahead of "PR"');
        if (this.#hasShift) this.#shift++;
        else if (has(FLAG.decimal)) this.#post++;
        else this.#pre++;
        return;
      case 2:
        this.#refuse(has(FLAG.bracket), '"0" must be ahead of "PR"');
        if (!has(FLAG.zero) && !has(FLAG.decimal)) {
          this.#flags |= FLAG.zero;
          this.#zeroStart = this.#pre + 1;
        }
        if (has(FLAG.decimal)) this.#post++;
        else this.#pre++;
        this.#zeroEnd = this.#pre + this.#post;
        return;
      case 1:
      case 4:
        this.#refuse(has(FLAG.decimal), 'multiple decimal points');
        this.#refuse(this.#hasShift, 'cannot use "V" and decimal point together');
        this.#flags |= FLAG.decimal;
        return;
      case 18:
        if (this.#pre === 0 && this.#post === 0 && !has(FLAG.zero)) this.#flags |= FLAG.blank;
        return;
      case 19:
        this.#flags |= FLAG.fill;
        return;
      case 14:
        this.#refuse(has(FLAG.lsign), 'cannot use "S" twice');
        this.#refuse(has(FLAG.plus | FLAG.minus | FLAG.bracket), 'cannot use "S" and "PL"/"MI"/"SG"/"PR" together');
        if (!has(FLAG.decimal)) {
          this.#sign = 'before';
          this.#digitsBeforeSign = this.#pre;
        } else if (this.#sign === 'none') this.#sign = 'behind';
        this.#flags |= FLAG.lsign;
        return;
      case 7:
        this.#refuse(has(FLAG.lsign), 'cannot use "S" and "MI" together');
        this.#flags |= FLAG.minus;
        return;
      case 8:
        this.#refuse(has(FLAG.lsign), 'cannot use "S" and "PL" together');
        this.#flags |= FLAG.plus;
        return;
      case 12:
        this.#refuse(has(FLAG.lsign), 'cannot use "S" and "SG" together');
        this.#flags |= FLAG.plus | FLAG.minus;
        return;
      case 9:
        this.#refuse(has(FLAG.lsign | FLAG.plus | FLAG.minus), 'cannot use "PR" and "S"/"PL"/"MI"/"SG" together');
        this.#flags |= FLAG.bracket;
        return;
      case 10:
      case 11:
        this.#flags |= FLAG.roman;
        return;
      case 17:
        this.#refuse(has(FLAG.decimal), 'cannot use "V" and decimal point together');
        this.#hasShift = true;
        return;
      case 20:
        throw unsupported('The template field EEEE', this.#span);
      case 13:
        throw unsupported('The template field SP', this.#span);
      case 21:
        throw unsupported('The template field C', this.#span);
      default:
    }
  }

  finish(nodes: readonly TemplateNode[]): NumberTemplate {
    return {
      nodes,
      flags: this.#flags,
      pre: this.#pre + this.#shift,
      post: this.#post,
      shift: this.#shift,
      zeroStart: this.#zeroStart,
      zeroEnd: this.#zeroEnd,
      signBehind: this.#sign === 'behind',
      signAfterAll: this.#sign === 'before' && this.#pre === this.#digitsBeforeSign,
    };
  }

  #refuse(condition: boolean, message: string): void {
    if (condition) throw new QueryError('INVALID_VALUE', message, { span: this.#span });
  }
}
