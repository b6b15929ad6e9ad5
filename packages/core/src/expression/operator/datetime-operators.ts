import { DATE, FLOAT64, INT32, INTERVAL, TIME, TIMESTAMP, TIMESTAMPTZ } from '../../types/index.ts';
import type { ScalarOverload } from '../function.ts';
import {
  datePlusInterval,
  negatedInterval,
  pairKernel,
  scaledInterval,
  signedKernel,
  swapped,
  timeDifference,
  timePlusInterval,
  timestampPlusInterval,
  timestamptzPlusInterval,
} from './datetime-evaluation.ts';
import { operatorOverload } from './operator-overload.ts';

const addDays = signedKernel('date_add_days', 1);
const addTime = pairKernel('date_add_time', 'addition');

/** Sums of dates, times, timestamps and intervals. */
export const DATETIME_ADDITION: readonly ScalarOverload[] = [
  operatorOverload('+', [DATE, INT32], DATE, addDays),
  operatorOverload('+', [INT32, DATE], DATE, swapped(addDays)),
  operatorOverload('+', [DATE, INTERVAL], TIMESTAMP, datePlusInterval(1)),
  operatorOverload('+', [INTERVAL, DATE], TIMESTAMP, swapped(datePlusInterval(1))),
  operatorOverload('+', [DATE, TIME], TIMESTAMP, addTime),
  operatorOverload('+', [TIME, DATE], TIMESTAMP, swapped(addTime)),
  operatorOverload('+', [TIMESTAMP, INTERVAL], TIMESTAMP, timestampPlusInterval(1)),
  operatorOverload('+', [INTERVAL, TIMESTAMP], TIMESTAMP, swapped(timestampPlusInterval(1))),
  operatorOverload('+', [TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ, timestamptzPlusInterval(1)),
  operatorOverload('+', [INTERVAL, TIMESTAMPTZ], TIMESTAMPTZ, swapped(timestamptzPlusInterval(1))),
  operatorOverload('+', [TIME, INTERVAL], TIME, timePlusInterval(1)),
  operatorOverload('+', [INTERVAL, TIME], TIME, swapped(timePlusInterval(1))),
  operatorOverload('+', [INTERVAL, INTERVAL], INTERVAL, signedKernel('interval_add', 1)),
];

/** Differences of dates, times, timestamps and intervals. */
export const DATETIME_SUBTRACTION: readonly ScalarOverload[] = [
  operatorOverload('-', [DATE, INT32], DATE, signedKernel('date_add_days', -1)),
  operatorOverload('-', [DATE, DATE], INT32, pairKernel('date_difference', 'subtraction')),
  operatorOverload('-', [DATE, INTERVAL], TIMESTAMP, datePlusInterval(-1)),
  operatorOverload('-', [TIMESTAMP, INTERVAL], TIMESTAMP, timestampPlusInterval(-1)),
  operatorOverload('-', [TIMESTAMP, TIMESTAMP], INTERVAL, pairKernel('timestamp_difference', 'subtraction')),
  operatorOverload('-', [TIMESTAMPTZ, INTERVAL], TIMESTAMPTZ, timestamptzPlusInterval(-1)),
  operatorOverload('-', [TIMESTAMPTZ, TIMESTAMPTZ], INTERVAL, pairKernel('timestamp_difference', 'subtraction')),
  operatorOverload('-', [TIME, INTERVAL], TIME, timePlusInterval(-1)),
  operatorOverload('-', [TIME, TIME], INTERVAL, timeDifference),
  operatorOverload('-', [INTERVAL, INTERVAL], INTERVAL, signedKernel('interval_add', -1)),
];

export const INTERVAL_NEGATION: readonly ScalarOverload[] = [
  operatorOverload('-', [INTERVAL], INTERVAL, negatedInterval),
];

export const INTERVAL_MULTIPLICATION: readonly ScalarOverload[] = [
  operatorOverload('*', [INTERVAL, FLOAT64], INTERVAL, scaledInterval('multiplication')),
  operatorOverload('*', [FLOAT64, INTERVAL], INTERVAL, swapped(scaledInterval('multiplication'))),
];

export const INTERVAL_DIVISION: readonly ScalarOverload[] = [
  operatorOverload('/', [INTERVAL, FLOAT64], INTERVAL, scaledInterval('division')),
];
