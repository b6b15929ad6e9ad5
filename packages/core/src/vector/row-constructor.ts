/** A row of a result: the values by column name. See {@link rowsFromBlock} for their JavaScript types. */
export type Row = Record<string, unknown>;

/** Makes rows of columns: `values` has one array a column, each with `numRows` values. */
export type RowConstructor = (values: readonly (readonly unknown[])[], numRows: number) => Row[];

/** Constructors kept; a program seldom reads results of that many shapes. */
const MAX_CONSTRUCTORS = 256;

/** By the names of the columns, the one used last at the end. */
const constructors = new Map<string, RowConstructor>();

/**
 * What makes the rows of results with these columns. Of columns that share a name the last one wins.
 *
 * The constructor is generated: an object literal with all names takes a third of the time of assignments one by one. Where a program may
 * not generate code (a content security policy, `--disallow-code-generation-from-strings`), rows are assigned.
 */
export function rowConstructor(names: readonly string[]): RowConstructor {
  const key = JSON.stringify(names);
  const made = constructors.get(key) ?? generatedConstructor(names) ?? assigningConstructor(names);
  constructors.delete(key);
  constructors.set(key, made);
  const [oldest] = constructors.keys();
  if (constructors.size > MAX_CONSTRUCTORS && oldest !== undefined) constructors.delete(oldest);
  return made;
}

/** Undefined where code may not be generated. Names come from SQL, so they go into the code as JSON strings and nothing else. */
export function generatedConstructor(names: readonly string[]): RowConstructor | undefined {
  const places = names.map((_, i) => `v${i}`);
  // A plain `__proto__` in a literal would set the prototype.
  const keys = names.map((name) => (name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)));
  const literal = keys.map((key, i) => `${key}: v${i}[row]`).join(', ');
  const code = `const [${places}] = values;
    const rows = new Array(numRows);
    for (let row = 0; row < numRows; row++) rows[row] = { ${literal} };
    return rows;`;
  try {
    return new Function('values', 'numRows', code) as RowConstructor;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}

/** The same without generated code. */
export function assigningConstructor(names: readonly string[]): RowConstructor {
  return (values, numRows) => {
    const rows: Row[] = new Array(numRows);
    for (let row = 0; row < numRows; row++) {
      const object: Row = {};
      for (let column = 0; column < names.length; column++) setProperty(object, names[column]!, values[column]![row]);
      rows[row] = object;
    }
    return rows;
  };
}

function setProperty(object: Row, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}
