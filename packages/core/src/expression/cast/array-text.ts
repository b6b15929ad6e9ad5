import { QueryError, type SourceSpan } from '../../error/index.ts';

/** An element of an array's text: NULL, a text, or an array within. */
export type ArrayItem = null | string | readonly ArrayItem[];

/** PostgreSQL's text of an array: `{1,NULL,"a \"b\"",{2}}`. Throws CAST_FAILED. */
export function parseArrayText(text: string, typeName: string, span?: SourceSpan): readonly ArrayItem[] {
  const reader = new ArrayReader(text, typeName, span);
  const items = reader.array();
  reader.end();
  return items;
}

class ArrayReader {
  readonly #text: string;
  readonly #typeName: string;
  readonly #span: SourceSpan | undefined;
  #at = 0;

  constructor(text: string, typeName: string, span: SourceSpan | undefined) {
    this.#span = span;
    this.#text = text;
    this.#typeName = typeName;
  }

  array(): readonly ArrayItem[] {
    if (this.#next() !== '{') throw this.#invalid();
    this.#at++;
    const items: ArrayItem[] = [];
    if (this.#next() === '}') {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.#item());
      const delimiter = this.#next();
      this.#at++;
      if (delimiter === '}') return items;
      if (delimiter !== ',') throw this.#invalid();
    }
  }

  end(): void {
    if (this.#next() !== undefined) throw this.#invalid();
  }

  #invalid(): Error {
    return invalidArrayText(this.#text, this.#typeName, this.#span);
  }

  #next(): string | undefined {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#text[this.#at];
  }

  #item(): ArrayItem {
    const first = this.#next();
    if (first === '{') return this.array();
    const pattern = first === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /((?:[^\s{},"\\]|\\[\s\S]|\s+(?=[^\s{},"]))+)/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (!match) throw this.#invalid();
    this.#at = pattern.lastIndex;
    if (first !== '"' && /^null$/i.test(match[1]!)) return null;
    return match[1]!.replace(/\\([\s\S])/g, '$1');
  }
}

/** The text is no array, or one of other dimensions. */
export function invalidArrayText(text: string, typeName: string, span: SourceSpan | undefined): QueryError {
  return new QueryError('CAST_FAILED', `invalid input syntax for type ${typeName}: "${text}"`, {
    span,
    details: { value: text, type: typeName },
  });
}
