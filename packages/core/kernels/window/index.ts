// Kernels of window functions. One family a file. Rows in the order of a window are called by their place (0 to n - 1); what is kept by
// row number is reached through `rows` (u32 by place).
export * from './frame-bounds';
export * from './frame-nodes';
export * from './frame-places';
export * from './rank';
export * from './running';
export * from './run-bounds';
export * from './take-places';
