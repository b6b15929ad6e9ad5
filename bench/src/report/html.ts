/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

/** Marks text as HTML: what comes from a user never passes here. */
export function raw(html: string): Html {
  return { html };
}

type Value = string | number | Html | undefined | readonly (string | number | Html | undefined)[];

/** HTML from a template whose values are escaped unless they are HTML themselves. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return raw(strings.map((text, i) => text + (i < values.length ? toHtml(values[i]) : '')).join(''));
}

function toHtml(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if ('html' in value) return value.html;
  return value.map(toHtml).join('');
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A table; cells that are HTML stay so. Numbers and what looks like one stand right. */
export function htmlTable(header: readonly string[], rows: readonly (readonly (string | number | Html)[])[]): Html {
  const isNumeric = header.map((_, i) => rows.length > 0 && rows.every((row) => looksNumeric(row[i])));
  const cell = (value: string | number | Html, i: number) =>
    html`<td${raw(isNumeric[i] ? ' class="number"' : '')}>${value}</td>`;
  return html`<div class="scroll"><table><thead><tr>${header.map((name, i) => html`<th scope="col"${raw(isNumeric[i] ? ' class="number"' : '')}>${name}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

function looksNumeric(value: string | number | Html | undefined): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^([+−$≤]?\s?[\d.,]+.*)?$/.test(value));
}
