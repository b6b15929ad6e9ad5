import { h, s } from './element.ts';
import type { Column } from './profile.ts';
import { cellText, compareValues, countText, isNumeric } from './value-text.ts';

type Row = Readonly<Record<string, unknown>>;

/** Rows that are in the page at first, and by how many they grow. */
const PAGE_ROWS = 300;
const NUM_BARS = 20;

/** Rows under their columns, each with a summary; a click sorts. What has been fetched is sorted, and a note says so. */
export class ResultTable {
  readonly element = h('div');
  readonly #columns: readonly Column[];
  #rows: readonly Row[] = [];
  #sorted: readonly Row[] = [];
  #order: { readonly name: string; readonly descending: boolean } | undefined;
  #numShown = PAGE_ROWS;
  readonly #note: () => Node | string;

  constructor(columns: readonly Column[], note: () => Node | string) {
    this.#columns = columns;
    this.#note = note;
  }

  setRows(rows: readonly Row[]): void {
    this.#rows = rows;
    this.#sort();
  }

  #sort(): void {
    const { name, descending } = this.#order ?? {};
    const column = this.#columns.find((candidate) => candidate.name === name);
    this.#sorted = column
      ? this.#rows.toSorted(
          (a, b) => (descending ? -1 : 1) * compareValues(a[column.name], b[column.name], column.type),
        )
      : this.#rows;
    this.#draw();
  }

  #draw(): void {
    const shown = this.#sorted.slice(0, this.#numShown);
    const isNumber = this.#columns.map(({ type }) => isNumeric(type));
    this.element.replaceChildren(
      h(
        'table',
        { class: 'rows' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            h('th', { class: 'index', scope: 'col' }, ''),
            ...this.#columns.map((column) => this.#head(column)),
          ),
        ),
        h(
          'tbody',
          {},
          ...shown.map((row, i) =>
            h(
              'tr',
              {},
              h('td', { class: 'index' }, String(i + 1)),
              ...this.#columns.map(({ name }, j) => {
                const value = row[name];
                const text = cellText(value);
                return h(
                  'td',
                  {
                    class: value === null ? 'null' : isNumber[j] ? 'number' : undefined,
                    title: text.length > 40 ? text : undefined,
                  },
                  text.replaceAll('\n', '⏎'),
                );
              }),
            ),
          ),
        ),
      ),
      h(
        'div',
        { class: 'more' },
        h('span', {}, `${countText(shown.length)} of ${countText(this.#rows.length)} fetched rows`),
        shown.length < this.#rows.length && h('button', { type: 'button', onclick: () => this.#grow() }, 'Show more'),
        h('span', {}, this.#note()),
      ),
    );
  }

  #grow(): void {
    this.#numShown += PAGE_ROWS * 5;
    this.#draw();
  }

  #head(column: Column): HTMLElement {
    const { name, type } = column;
    const isSorted = this.#order?.name === name;
    const direction = !isSorted ? 'none' : this.#order!.descending ? 'descending' : 'ascending';
    const onclick = () => {
      this.#order = !isSorted
        ? { name, descending: false }
        : this.#order!.descending
          ? undefined
          : { name, descending: true };
      this.#sort();
      this.element.querySelector<HTMLElement>(`[data-column="${CSS.escape(name)}"]`)?.focus();
    };
    return h(
      'th',
      { scope: 'col', 'aria-sort': direction },
      h(
        'button',
        { type: 'button', 'data-column': name, onclick, title: 'Sort' },
        h(
          'span',
          { class: 'name' },
          name,
          h('span', { 'aria-hidden': 'true' }, !isSorted ? '' : this.#order!.descending ? '▼' : '▲'),
        ),
        h('span', { class: 'kind' }, type),
        ...summary(column, this.#rows),
      ),
    );
  }
}

/** Nulls, different values and the spread of a column, over the rows that are there. */
function summary({ name, type }: Column, rows: readonly Row[]): Node[] {
  if (rows.length === 0) return [];
  const values = rows.map((row) => row[name]).filter((value) => value !== null);
  const numNulls = rows.length - values.length;
  const different = new Set(values.map(cellText));
  const facts = [`${countText(different.size)} different`, ...(numNulls > 0 ? [`${countText(numNulls)} null`] : [])];
  const bars = isNumeric(type) ? spread(values.map(Number)) : frequencies(values.map(cellText));
  const top = Math.max(1, ...bars);
  const width = 120 / Math.max(1, bars.length);
  return [
    h('div', { class: 'sums' }, facts.join(' · ')),
    s(
      'svg',
      { class: 'bars', viewBox: '0 0 120 22', 'aria-hidden': 'true' },
      ...bars.map((count, i) => {
        const height = (count / top) * 20;
        return s('rect', { x: i * width, y: 22 - height, width: Math.max(1, width - 1), height });
      }),
    ),
  ];
}

function spread(numbers: readonly number[]): number[] {
  const finite = numbers.filter(Number.isFinite);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of finite) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const bars = new Array<number>(high > low ? NUM_BARS : 1).fill(0);
  for (const value of finite)
    bars[high > low ? Math.min(NUM_BARS - 1, Math.floor(((value - low) / (high - low)) * NUM_BARS)) : 0]! += 1;
  return bars;
}

function frequencies(texts: readonly string[]): number[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts.values()].toSorted((a, b) => b - a).slice(0, NUM_BARS);
}
