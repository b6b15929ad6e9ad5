/** The threads of a node by their slot of its processor: the one that plans and schedules, the one that fetches, then the workers. */
export const COORDINATOR = 0;
export const DATA_PLANE = 1;
export const FIRST_WORKER = 2;
