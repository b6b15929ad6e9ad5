/** A pattern that is no regular expression; its message is PostgreSQL's. */
export class RegexpSyntaxError extends Error {}

const CONTROL_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  B: '\\',
  e: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** Reads a pattern character by character. */
export class AreReader {
  readonly #text: string;
  readonly #numGroups: number;
  #at = 0;
  #boundText = '';

  constructor(pattern: string) {
    this.#text = pattern;
    this.#numGroups = [...pattern.matchAll(/\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]\\])*\]|\((?!\?)/gsu)].filter(
      ([found]) => found === '(',
    ).length;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The next character, without going on; empty at the end. */
  peek(): string {
    const code = this.#text.codePointAt(this.#at);
    return code === undefined ? '' : String.fromCodePoint(code);
  }

  next(): string {
    const c = this.peek();
    this.#at += c.length;
    return c;
  }

  /** Goes on behind `text` when it stands here. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** What `pattern` (sticky) matches here. */
  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) return undefined;
    this.#at += match[0].length;
    return match;
  }

  /** `m}`, `m,}` or `m,n}` behind an opening brace. */
  takeBound(): readonly [least: number, greatest: number | undefined] {
    const match = this.#match(/(\d+)(?:(,)(\d*))?\}/y);
    if (!match) throw new RegexpSyntaxError('invalid repetition count(s)');
    this.#boundText = `{${match[0]}`;
    const [, least, comma, greatest] = match;
    return [Number(least), comma ? (greatest ? Number(greatest) : undefined) : Number(least)];
  }

  get boundText(): string {
    return this.#boundText;
  }

  /** The name of a class, behind `[:`. */
  takeClassName(): string {
    const match = this.#match(/([a-z]+):\]/y);
    if (!match) throw new RegexpSyntaxError('invalid character class');
    return match[1]!;
  }

  /** What stands between `[.` and `.]`, or `[=` and `=]`. */
  takeCollatingElement(mark: '.' | '='): string {
    const match = this.#match(mark === '.' ? /(.)\.\]/suy : /(.)=\]/suy);
    if (!match) throw new RegexpSyntaxError('invalid collating element');
    return match[1]!;
  }

  /** The number of a group behind a backslash: one digit, or more when there are so many groups. */
  takeBackReference(): number | undefined {
    const match = /[1-9]\d*/y;
    match.lastIndex = this.#at;
    const found = match.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    const digits = Number(found) <= this.#numGroups ? found : found[0]!;
    // More than one digit and not so many groups: a character's octal code.
    if (found.length > 1 && digits.length === 1 && /^[0-7]{2,3}/.test(found)) return undefined;
    if (Number(digits) > this.#numGroups) throw new RegexpSyntaxError('invalid backreference number');
    this.#at += digits.length;
    return Number(digits);
  }

  /** The character that an escape stands for, behind the backslash. */
  characterEscape(): string {
    const code =
      this.#match(/u([0-9a-f]{4})/iy) ?? this.#match(/U([0-9a-f]{8})/iy) ?? this.#match(/x([0-9a-f]{1,8})/iy);
    if (code) return fromCode(Number.parseInt(code[1]!, 16));
    const octal = this.#match(/[0-7]{2,3}|0/y);
    if (octal) return fromCode(Number.parseInt(octal[0], 8));
    const control = this.#match(/c([A-Za-z@[\\\]^_])/y);
    if (control) return String.fromCharCode(control[1]!.charCodeAt(0) & 31);
    const c = this.next();
    const escaped = CONTROL_ESCAPES[c];
    if (escaped !== undefined) return escaped;
    if (c === '' || /^[A-Za-z0-9]$/.test(c)) throw new RegexpSyntaxError('invalid escape \\ sequence');
    return c;
  }
}

function fromCode(code: number): string {
  if (code > 0x10ffff) throw new RegexpSyntaxError('invalid escape \\ sequence');
  return String.fromCodePoint(code);
}
