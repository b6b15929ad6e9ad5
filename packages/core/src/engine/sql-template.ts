/** The SQL of a tagged template: `$1`, `$2` and so on between its pieces. */
export function joinTemplate(strings: TemplateStringsArray, numValues: number): string {
  let sql = strings[0] ?? '';
  for (let i = 1; i <= numValues; i++) sql += `$${i}${strings[i] ?? ''}`;
  return sql;
}
