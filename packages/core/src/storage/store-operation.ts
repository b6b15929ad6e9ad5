/** The calls of a store that go to the storage itself. */
export const STORE_OPERATIONS = ['get', 'getRanges', 'head', 'list', 'put', 'delete'] as const;

export type StoreOperation = (typeof STORE_OPERATIONS)[number];
