import type { SourceSpan } from '../../error/index.ts';

const WORD = String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`;
const QUOTED = String.raw`(?:[uU]&)?"[^"]*(?:""[^"]*)*"?`;
const TOKEN = new RegExp(
  [
    String.raw`(?:[eEbBxXnN]|[uU]&)?'[^']*(?:''[^']*)*'?`,
    QUOTED,
    WORD,
    String.raw`0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][-+]?\d+)?`,
    String.raw`\$\d+|\$(\w*)\$[\s\S]*?\$\1\$`,
    String.raw`::|:=|=>|[-+*/<>=~!@#%^&|?]+`,
    String.raw`[\s\S]`,
  ].join('|'),
  'y',
);
const MORE_OF_NAME = new RegExp(String.raw`\s*\.\s*(?:${QUOTED}|${WORD}|\*)`, 'y');

/**
 * The SQL text and where the parser's positions lie in it. The parser counts bytes of UTF-8 in its tree and characters in
 * its errors; everything outside this class counts UTF-16 units.
 */
export class SourceText {
  readonly text: string;
  #unitOfByte: Uint32Array | undefined;

  constructor(text: string) {
    // A byte order mark is an identifier character to the grammar.
    this.text = text.replace(/^\ufeff/, ' ');
  }

  /** UTF-16 position of a byte offset. */
  fromByte(offset: number): number {
    const map = this.#byteMap();
    return map.length === 0 ? Math.min(offset, this.text.length) : map[Math.min(offset, map.length - 1)]!;
  }

  /** UTF-16 position of an offset in code points. */
  fromCodePoint(offset: number): number {
    let unit = 0;
    for (let i = 0; i < offset && unit < this.text.length; i++) unit += this.text.codePointAt(unit)! > 0xffff ? 2 : 1;
    return unit;
  }

  /** The token that starts at a UTF-16 position; empty at the end of the text. */
  tokenAt(start: number): SourceSpan {
    TOKEN.lastIndex = start;
    return { start, end: start + (TOKEN.exec(this.text)?.[0].length ?? 0) };
  }

  /** The name that starts at a UTF-16 position, with all its dotted parts. */
  nameAt(start: number): SourceSpan {
    let { end } = this.tokenAt(start);
    for (;;) {
      MORE_OF_NAME.lastIndex = end;
      const more = MORE_OF_NAME.exec(this.text);
      if (!more) return { start, end };
      end += more[0].length;
    }
  }

  /** Past white space and comments. */
  skipBlank(from: number): number {
    const { text } = this;
    let at = from;
    for (;;) {
      if (/\s|\ufeff/.test(text[at] ?? '')) at++;
      else if (text.startsWith('--', at)) {
        const end = text.indexOf('\n', at);
        at = end < 0 ? text.length : end;
      } else if (text.startsWith('/*', at)) at = endOfComment(text, at);
      else return at;
    }
  }

  /** For each byte offset its UTF-16 position; empty when every character is one byte. */
  #byteMap(): Uint32Array {
    if (this.#unitOfByte) return this.#unitOfByte;
    const { text } = this;
    const bytes: number[] = [];
    const ascii = new TextEncoder().encode(text).length === text.length;
    for (let unit = 0; unit < text.length && !ascii; ) {
      const point = text.codePointAt(unit)!;
      const width = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      for (let i = 0; i < width; i++) bytes.push(unit);
      unit += point > 0xffff ? 2 : 1;
    }
    bytes.push(text.length);
    this.#unitOfByte = ascii ? new Uint32Array(0) : Uint32Array.from(bytes);
    return this.#unitOfByte;
  }
}

/** Block comments nest in PostgreSQL. */
function endOfComment(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('/*', at)) {
      depth++;
      at++;
    } else if (text.startsWith('*/', at)) {
      at++;
      if (--depth === 0) return at + 1;
    }
  }
  return text.length;
}
