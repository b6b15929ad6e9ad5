import { RandomStream } from './random-stream.ts';
import { retailPrice } from './table/part.ts';
import { NUM_PARTS, scaleRows } from './table-definition.ts';

/** Lines of an order: 1 to 7. */
export const MAX_LINES_PER_ORDER = 7;

/** Days from the first date (1992-01-01) to the last one (1998-12-31). */
export const NUM_DATES = 2_557;
const MAX_SHIP_DAYS = 121;
export const MAX_RECEIPT_DAYS = 30;
/** 1995-06-17, the day on which the data was "seen": what shipped until then is fulfilled (clause 4.2.2.12). */
export const CURRENT_DATE = 1_263;

/** Starts the stream of line counts at an order. */
export function lineCounts(firstOrder: number): RandomStream {
  return new RandomStream(1434868289).skipRows(firstOrder);
}

export function drawLineCount(counts: RandomStream): number {
  return counts.int(1, MAX_LINES_PER_ORDER);
}

/** Starts the stream of order dates at an order; even the last line of the last order arrives in the calendar. */
export function orderDates(firstOrder: number): RandomStream {
  return new RandomStream(1066728069).skipRows(firstOrder);
}

export function drawOrderDate(dates: RandomStream): number {
  return dates.int(0, NUM_DATES - MAX_SHIP_DAYS - MAX_RECEIPT_DAYS - 1);
}

/** The key of an order counted from 1: of every 32 keys only the first eight are used (clause 4.2.3, O_ORDERKEY). */
export function orderKey(order: number): number {
  return Math.floor(order / 8) * 32 + (order % 8);
}

/**
 * What both an order and its lines are made of: an order's price and status are sums over its lines, so the rows of
 * either table draw these streams.
 */
export class LineStreams {
  /** Of the line drawn last; the price in hundredths, discount and tax in percent, the date since 1992-01-01. */
  quantity = 0;
  extendedPrice = 0;
  discount = 0;
  tax = 0;
  partKey = 0;
  shipDate = 0;
  readonly #numParts: number;
  readonly #quantities: RandomStream;
  readonly #discounts: RandomStream;
  readonly #taxes: RandomStream;
  readonly #partKeys: RandomStream;
  readonly #shipDays: RandomStream;

  constructor(firstOrder: number, scaleFactor: number) {
    const start = (seed: number) => new RandomStream(seed, MAX_LINES_PER_ORDER).skipRows(firstOrder);
    this.#numParts = scaleRows(NUM_PARTS, scaleFactor);
    this.#quantities = start(209208115);
    this.#discounts = start(554590007);
    this.#taxes = start(721958466);
    this.#partKeys = start(1808217256);
    this.#shipDays = start(1769349045);
  }

  drawLine(orderDate: number): void {
    this.quantity = this.#quantities.int(1, 50);
    this.discount = this.#discounts.int(0, 10);
    this.tax = this.#taxes.int(0, 8);
    this.partKey = this.#partKeys.key(this.#numParts);
    this.extendedPrice = retailPrice(this.partKey) * this.quantity;
    this.shipDate = orderDate + this.#shipDays.int(1, MAX_SHIP_DAYS);
  }

  finishOrder(): void {
    this.#quantities.finishRow();
    this.#discounts.finishRow();
    this.#taxes.finishRow();
    this.#partKeys.finishRow();
    this.#shipDays.finishRow();
  }
}
