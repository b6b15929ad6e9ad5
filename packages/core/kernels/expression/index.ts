// Kernels of expressions: arithmetic, comparisons, logic, casts, dates. One family a file. Addresses come first, counts last.
export * from './compare';
export * from './convert-datetime';
export * from './convert-float';
export * from './convert-integer';
export * from './datetime-arithmetic';
export * from './decimal-product';
export * from './decimal-quotient';
export * from './decimal-sum';
export * from './float-arithmetic';
export * from './in-list';
export * from './integer-arithmetic';
export * from './logic';
export * from './power';
export * from './select-compare';
