// Kernels that every layer needs: moving memory, gathering, selections, bit packing. One family a file.
export * from './bitmap';
export * from './fill';
export * from './gather';
export * from './memory-block';
export * from './selection';
export * from './validity';
