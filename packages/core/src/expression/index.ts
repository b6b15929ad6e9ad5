export type * from './expression.ts';
export type * from './function.ts';
