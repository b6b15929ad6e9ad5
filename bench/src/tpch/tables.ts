import { customer } from './table/customer.ts';
import { lineitem } from './table/lineitem.ts';
import { nation } from './table/nation.ts';
import { orders } from './table/orders.ts';
import { part } from './table/part.ts';
import { partsupp } from './table/partsupp.ts';
import { region } from './table/region.ts';
import { supplier } from './table/supplier.ts';
import type { TableDefinition, TpchTableName } from './table-definition.ts';

/** The eight tables by name. */
export const TPCH_TABLES: Readonly<Record<TpchTableName, TableDefinition>> = {
  region,
  nation,
  supplier,
  customer,
  part,
  partsupp,
  orders,
  lineitem,
};
