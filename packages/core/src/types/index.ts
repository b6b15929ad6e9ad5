export * from './data-type.ts';
export * from './literal-value.ts';
