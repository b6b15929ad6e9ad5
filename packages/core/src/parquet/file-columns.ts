import type { DataType } from '../types/index.ts';
import { type FieldShape, fieldShape } from './field-shape.ts';
import type { Footer } from './footer.ts';
import type { LeafTypeOptions } from './leaf-type.ts';
import { REPETITION } from './parquet-format.ts';
import type { SchemaNode } from './schema-tree.ts';

/** A top-level field of a Parquet file as a column. */
export interface FileColumn {
  /** Unique in the file: a name that occurs again gets `_1`, `_2` and so on. */
  readonly name: string;
  readonly type: DataType;
  readonly nullable: boolean;
  readonly node: SchemaNode;
  readonly shape: FieldShape;
}

/** The columns of a file, in its order. Throws as {@link fieldShape} does. */
export function fileColumns(footer: Footer, options: LeafTypeOptions = {}): FileColumn[] {
  const taken = new Set(footer.fields.map(({ element }) => element.name));
  const used = new Set<string>();
  return footer.fields.map((node) => {
    let { name } = node.element;
    if (used.has(name)) {
      let suffix = 1;
      while (taken.has(`${name}_${suffix}`)) suffix++;
      name = `${name}_${suffix}`;
      taken.add(name);
    }
    used.add(name);
    const shape = fieldShape(footer.object.path, node, options);
    return { name, type: shape.type, nullable: node.element.repetition === REPETITION.optional, node, shape };
  });
}
