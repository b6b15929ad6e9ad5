/** Rows that are taken in at once where no batch sets the size; a multiple of every fan-out of a tree. */
export const BLOCK_ROWS = 4096;
