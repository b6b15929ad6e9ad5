import { byId, h } from './element.ts';

const TOKENS =
  /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?)|("(?:[^"]|"")*"?)|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)|[\s\S]/g;
const KEYWORDS = new Set(
  'all analyze and any as asc between by case cast count cross current_date cost date day desc distinct else end except exists explain extract false fetch filter first following for from full group having in inner intersect interval into is join last lateral left like limit month natural not null nulls offset on only or order outer over partition preceding range recursive right row rows select sum avg min max table then timestamp to true union unbounded using values verbose view when where window with within year'.split(
    ' ',
  ),
);

/** The text area with its coloured shadow, which also shows where an error is. */
export class SqlEditor {
  readonly #area = byId<HTMLTextAreaElement>('sql');
  readonly #shadow = byId('underlay');
  #fault: { start: number; end: number } | undefined;

  constructor(onChange: () => void) {
    this.#area.addEventListener('input', () => {
      this.#fault = undefined;
      this.#paint();
      onChange();
    });
    this.#area.addEventListener('scroll', () => this.#scroll());
    this.#area.addEventListener('keydown', (event) => {
      // Tab leaves the editor, as keyboards expect; Escape before it is not needed.
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey && !event.shiftKey) this.#keepIndent(event);
    });
  }

  get text(): string {
    return this.#area.value;
  }

  set text(value: string) {
    this.#area.value = value;
    this.#fault = undefined;
    this.#paint();
  }

  /** The part that is selected, or everything. */
  get chosen(): { readonly sql: string; readonly offset: number } {
    const { selectionStart, selectionEnd, value } = this.#area;
    return selectionEnd > selectionStart
      ? { sql: value.slice(selectionStart, selectionEnd), offset: selectionStart }
      : { sql: value, offset: 0 };
  }

  insert(text: string): void {
    this.#area.focus();
    this.#area.setRangeText(text, this.#area.selectionStart, this.#area.selectionEnd, 'end');
    this.#area.dispatchEvent(new Event('input'));
  }

  /** Underlines a part of the text and puts the cursor there; undefined takes the line away. */
  mark(fault: { start: number; end: number } | undefined): void {
    this.#fault = fault && { start: fault.start, end: Math.max(fault.end, fault.start + 1) };
    this.#paint();
    if (!fault) return;
    this.#area.focus();
    this.#area.setSelectionRange(fault.start, fault.start);
  }

  #paint(): void {
    const text = this.text;
    const parts: Node[] = [];
    for (const match of text.matchAll(TOKENS)) {
      const [token, comment, string, , number, word] = match;
      const kind = comment
        ? 'comment'
        : string
          ? 'text'
          : number
            ? 'number'
            : word && KEYWORDS.has(word.toLowerCase())
              ? 'keyword'
              : '';
      const isFault = this.#fault && match.index < this.#fault.end && match.index + token.length > this.#fault.start;
      const last = parts.at(-1);
      if (!kind && !isFault && last instanceof Text) last.data += token;
      else
        parts.push(
          kind || isFault
            ? h('span', { class: `${kind} ${isFault ? 'fault' : ''}`.trim() }, token)
            : document.createTextNode(token),
        );
    }
    // A fault behind the last letter needs something to stand under.
    if (this.#fault && this.#fault.start >= text.length) parts.push(h('span', { class: 'fault' }, ' '));
    this.#shadow.replaceChildren(...parts, '\n');
    this.#scroll();
  }

  #scroll(): void {
    this.#shadow.scrollTop = this.#area.scrollTop;
    this.#shadow.scrollLeft = this.#area.scrollLeft;
  }

  #keepIndent(event: KeyboardEvent): void {
    const before = this.#area.value.slice(0, this.#area.selectionStart);
    const indent = /[^\n]*$/.exec(before)![0].match(/^\s*/)![0];
    if (indent === '') return;
    event.preventDefault();
    this.insert(`\n${indent}`);
  }
}
