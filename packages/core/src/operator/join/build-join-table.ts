import type { MemoryAccount } from '../../runtime/index.ts';
import type { LinearMemory } from '../../vector/index.ts';
import { buildHashedJoinTable } from './hashed-join-table.ts';
import { buildIntegerJoinTable } from './integer-join-table.ts';
import type { JoinKeys, JoinTable } from './join-table.ts';

/** The table for these keys. Throws `MEMORY_LIMIT` when there is no room; then nothing is left to close. */
export function buildJoinTable(keys: JoinKeys, memory: LinearMemory, account: MemoryAccount): JoinTable {
  return buildIntegerJoinTable(keys, memory, account) ?? buildHashedJoinTable(keys, memory, account);
}
