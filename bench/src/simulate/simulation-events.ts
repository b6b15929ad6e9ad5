/** What happens in a simulation, by kind; the subject is a node, a slot of a query, a worker or a position in a list. */
export const ARRIVAL = 0;
export const CPU = 1;
export const PLAN_IO = 2;
export const TASK_IO = 3;
export const TIMEOUT = 4;
export const AGAIN = 5;
export const SCALE = 6;
export const NODE_READY = 7;
export const LOSS = 8;
export const TASK_AGAIN = 9;
export const STEP = 10;
