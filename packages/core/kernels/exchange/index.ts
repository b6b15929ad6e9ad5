// Kernels that lay out blocks: results in Arrow's layout, exchanges in the project's own. One family a file.
export * from './block-values';
export * from './result-values';
