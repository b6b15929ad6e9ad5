// Statuses that kernels answer with. Kept equal with KERNEL_STATUS in src/vector/kernels.ts.
export const OK: i32 = 0;
export const OVERFLOW: i32 = 1;
export const DIVISION_BY_ZERO: i32 = 2;
export const INVALID_VALUE: i32 = 3;
export const CORRUPT: i32 = 4;
export const NEEDS_SPACE: i32 = 5;
