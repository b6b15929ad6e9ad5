import { invalidText } from './text-error.ts';

/** An element of an array's text: NULL, a text, or an array within. */
export type ArrayItem = null | string | readonly ArrayItem[];

/** PostgreSQL's text of an array: `{1,NULL,"a \"b\"",{2}}`. */
export function parseArrayText(text: string, typeName: string): readonly ArrayItem[] {
  const reader = new ArrayReader(text, typeName);
  const items = reader.array();
  reader.end();
  return items;
}

class ArrayReader {
  readonly #text: string;
  readonly #typeName: string;
  #at = 0;

  constructor(text: string, typeName: string) {
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
    return invalidText(this.#typeName, this.#text);
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
