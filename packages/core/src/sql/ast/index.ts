export type * from './ast-expression.ts';
export type * from './ast-query.ts';
export type * from './ast-statement.ts';
export type * from './type-name.ts';
