import type { ResultRow } from './result-rows.ts';

/** A column of a row group, as hyparquet gives it; days since 1970 for dates. */
type ColumnValues = ArrayLike<unknown>;

/** A query written by hand: what a program without an engine would do with hyparquet's columns. */
export interface HyparquetProgram {
  readonly table: string;
  readonly columns: readonly string[];
  /** A new run: `add` takes a row group, columns in the order of `columns`; `rows` gives the result. */
  readonly start: () => {
    readonly add: (columns: readonly ColumnValues[], numRows: number) => void;
    readonly rows: () => readonly ResultRow[];
  };
}

const days = (isoDate: string) => Date.parse(`${isoDate}T00:00:00Z`) / 86_400_000;

const numbers = (values: ColumnValues | undefined) => values as ArrayLike<number>;
const texts = (values: ColumnValues | undefined) => values as ArrayLike<string>;

const q1: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_returnflag', 'l_linestatus', 'l_quantity', 'l_extendedprice', 'l_discount', 'l_tax', 'l_shipdate'],
  start: () => {
    const last = days('1998-09-02');
    const groups = new Map<string, number[]>();
    return {
      add: ([flag, status, quantity, price, discount, tax, shipdate], numRows) => {
        for (let row = 0; row < numRows; row++) {
          if (numbers(shipdate)[row]! > last) continue;
          const key = `${texts(flag)[row]}|${texts(status)[row]}`;
          let sums = groups.get(key);
          if (sums === undefined) {
            sums = [0, 0, 0, 0, 0, 0];
            groups.set(key, sums);
          }
          const reduced = numbers(price)[row]! * (1 - numbers(discount)[row]!);
          sums[0]! += numbers(quantity)[row]!;
          sums[1]! += numbers(price)[row]!;
          sums[2]! += reduced;
          sums[3]! += reduced * (1 + numbers(tax)[row]!);
          sums[4]! += numbers(discount)[row]!;
          sums[5]! += 1;
        }
      },
      rows: () =>
        [...groups].sort().map(([key, [quantity, price, reduced, charge, discount, count]]) => {
          const means = [quantity! / count!, price! / count!, discount! / count!];
          return [...key.split('|'), quantity!, price!, reduced!, charge!, ...means, count!];
        }),
    };
  },
};

const q6: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_shipdate', 'l_discount', 'l_quantity', 'l_extendedprice'],
  start: () => {
    const [from, to] = [days('1994-01-01'), days('1995-01-01')];
    let revenue = 0;
    return {
      add: ([shipdate, discount, quantity, price], numRows) => {
        for (let row = 0; row < numRows; row++) {
          const day = numbers(shipdate)[row]!;
          const rate = numbers(discount)[row]!;
          if (day < from || day >= to || rate < 0.049 || rate > 0.071 || numbers(quantity)[row]! >= 24) continue;
          revenue += numbers(price)[row]! * rate;
        }
      },
      rows: () => [[revenue]],
    };
  },
};

const like: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_comment'],
  start: () => {
    let count = 0;
    return {
      add: ([comment], numRows) => {
        for (let row = 0; row < numRows; row++) {
          const text = texts(comment)[row]!;
          const at = text.indexOf('special');
          if (at >= 0 && text.includes('requests', at + 7)) count++;
        }
      },
      rows: () => [[count]],
    };
  },
};

const countDistinct: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_suppkey'],
  start: () => {
    const seen = new Set<unknown>();
    return {
      add: ([suppkey], numRows) => {
        for (let row = 0; row < numRows; row++) seen.add(suppkey![row]);
      },
      rows: () => [[seen.size]],
    };
  },
};

const groupShipmode: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_shipmode', 'l_quantity'],
  start: () => {
    const groups = new Map<string, [count: number, quantity: number]>();
    return {
      add: ([shipmode, quantity], numRows) => {
        for (let row = 0; row < numRows; row++) {
          const group = groups.get(texts(shipmode)[row]!);
          if (group === undefined) groups.set(texts(shipmode)[row]!, [1, numbers(quantity)[row]!]);
          else {
            group[0]++;
            group[1] += numbers(quantity)[row]!;
          }
        }
      },
      rows: () => [...groups].map(([mode, [count, quantity]]) => [mode, count, quantity]),
    };
  },
};

const groupPrefix: HyparquetProgram = {
  table: 'lineitem',
  columns: ['l_comment'],
  start: () => {
    const groups = new Map<string, number>();
    return {
      add: ([comment], numRows) => {
        for (let row = 0; row < numRows; row++) {
          const prefix = texts(comment)[row]!.slice(0, 8);
          groups.set(prefix, (groups.get(prefix) ?? 0) + 1);
        }
      },
      rows: () => [...groups],
    };
  },
};

/** The programs by the name of the query that they answer. */
export const HYPARQUET_PROGRAMS: Readonly<Record<string, HyparquetProgram>> = {
  'tpch/q1': q1,
  'tpch/q6': q6,
  'scan/q1': q1,
  'scan/q6': q6,
  'scan/like': like,
  'scan/count_distinct': countDistinct,
  'scan/group_shipmode': groupShipmode,
  'scan/group_prefix': groupPrefix,
};
