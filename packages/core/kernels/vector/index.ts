// Kernels that every layer needs: moving memory, gathering, selections, bit packing. One family a file.
export * from './memory-block';
