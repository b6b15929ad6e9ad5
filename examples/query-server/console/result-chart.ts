import { h, s } from './element.ts';
import type { Column } from './profile.ts';
import { cellText, isNumeric } from './value-text.ts';

type Row = Readonly<Record<string, unknown>>;

const WIDTH = 960;
const HEIGHT = 380;
const MARGIN = { left: 84, right: 16, top: 12, bottom: 64 };
const MAX_MARKS = 60;

/** One column over another: bars over names, a line over what has an order. The first rows are drawn. */
export function resultChart(columns: readonly Column[], rows: readonly Row[]): HTMLElement {
  const numeric = columns.filter(({ type }) => isNumeric(type));
  if (numeric.length === 0 || rows.length === 0)
    return h('p', { class: 'empty' }, 'A chart needs rows with a column of numbers.');
  const label = columns.find(({ type }) => !isNumeric(type)) ?? columns[0]!;
  const value = numeric.find((column) => column !== label) ?? numeric[0]!;
  const host = h('div');
  const across = choice('Across', columns, label.name, draw);
  const up = choice('Up', numeric, value.name, draw);
  function draw(): void {
    const x = columns.find(({ name }) => name === across.select.value)!;
    const y = columns.find(({ name }) => name === up.select.value)!;
    host.replaceChildren(chart(x, y, rows.slice(0, MAX_MARKS)));
  }
  draw();
  const note = rows.length > MAX_MARKS ? h('span', { class: 'facts' }, `the first ${MAX_MARKS} rows`) : '';
  return h('div', { class: 'pad' }, h('div', { class: 'choices' }, across.label, up.label, note), host);
}

function choice(text: string, columns: readonly Column[], chosen: string, onchange: () => void) {
  const select = h(
    'select',
    { onchange },
    ...columns.map(({ name }) => h('option', { value: name, selected: name === chosen }, name)),
  );
  return { select, label: h('label', { class: 'field' }, `${text} `, select) };
}

function chart(x: Column, y: Column, rows: readonly Row[]): SVGElement {
  const numbers = rows.map((row) => Number(row[y.name] ?? 0));
  const low = Math.min(0, ...numbers);
  const high = Math.max(0, ...numbers) || 1;
  const inner = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
  const at = (number: number) => MARGIN.top + inner.height * (1 - (number - low) / (high - low));
  const step = inner.width / rows.length;
  const isLine = /^(date|time|timestamp)/.test(x.type) || (isNumeric(x.type) && x !== y);
  const ticks = Array.from({ length: 5 }, (_, i) => low + ((high - low) * i) / 4);
  const every = Math.ceil(rows.length / 16);
  const names = rows.map((row) => cellText(row[x.name]));
  return s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${y.name} over ${x.name}` },
    ...ticks.flatMap((tick) => [
      s('line', { class: 'axis', x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: at(tick), y2: at(tick) }),
      s('text', { class: 'soft', x: MARGIN.left - 8, y: at(tick) + 4, 'text-anchor': 'end' }, short(tick)),
    ]),
    ...(isLine
      ? [
          s('polyline', {
            class: 'line',
            points: numbers.map((number, i) => `${MARGIN.left + step * (i + 0.5)},${at(number)}`).join(' '),
          }),
        ]
      : numbers.map((number, i) =>
          s(
            'rect',
            {
              class: 'series',
              rx: 2,
              x: MARGIN.left + step * i + step * 0.12,
              width: step * 0.76,
              y: Math.min(at(number), at(0)),
              height: Math.max(1, Math.abs(at(number) - at(0))),
            },
            s('title', {}, `${names[i]}: ${cellText(rows[i]![y.name])}`),
          ),
        )),
    ...names.map((name, i) =>
      i % every === 0
        ? s(
            'text',
            {
              class: 'soft',
              x: MARGIN.left + step * (i + 0.5),
              y: HEIGHT - MARGIN.bottom + 18,
              'text-anchor': rows.length > 8 ? 'end' : 'middle',
              transform:
                rows.length > 8
                  ? `rotate(-35 ${MARGIN.left + step * (i + 0.5)} ${HEIGHT - MARGIN.bottom + 18})`
                  : undefined,
            },
            name.length > 18 ? `${name.slice(0, 17)}…` : name,
          )
        : null,
    ),
  );
}

function short(value: number): string {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
