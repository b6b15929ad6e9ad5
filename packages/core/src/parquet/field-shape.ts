import { type DataType, list, struct } from '../types/index.ts';
import { badFooter } from './file-error.ts';
import { type LeafTypeOptions, leafType } from './leaf-type.ts';
import { CONVERTED, REPETITION } from './parquet-format.ts';
import type { SchemaNode } from './schema-tree.ts';

/** How the engine sees a node of a Parquet schema. */
export type FieldShape =
  | { readonly kind: 'leaf'; readonly type: DataType; readonly node: SchemaNode }
  | {
      readonly kind: 'struct';
      readonly type: DataType;
      readonly node: SchemaNode;
      readonly fields: readonly FieldShape[];
    }
  | {
      readonly kind: 'list';
      readonly type: DataType;
      /** The group that is annotated as LIST or MAP; absent for a repeated field that stands for itself. */
      readonly group: SchemaNode | undefined;
      /** The repeated node, of whose entries the list consists. */
      readonly repeated: SchemaNode;
      readonly element: FieldShape;
    };

/**
 * The engine's view of a field: lists of two and three levels by the rules of LogicalTypes.md (backward compatibility
 * included), maps as lists of `struct(key, value)`, other groups as structs, and repeated fields without an annotation as
 * lists that are never null.
 */
export function fieldShape(file: string, node: SchemaNode, options: LeafTypeOptions = {}): FieldShape {
  if (node.element.repetition !== REPETITION.repeated) return singleShape(file, node, options);
  return listShape(undefined, node, singleShape(file, node, options));
}

/** The shape of a node, or of one entry of it when it is repeated. */
function singleShape(file: string, node: SchemaNode, options: LeafTypeOptions): FieldShape {
  const { element, children } = node;
  if (element.type !== undefined) {
    return { kind: 'leaf', type: leafType(file, node.path.join('.'), element, options), node };
  }
  const kind = element.logicalType?.kind;
  const isMap =
    kind === 'MAP' || element.convertedType === CONVERTED.map || element.convertedType === CONVERTED.mapKeyValue;
  const isList = kind === 'LIST' || element.convertedType === CONVERTED.list;
  if (isList || isMap) {
    const repeated = children[0]!;
    if (children.length === 1 && repeated.element.repetition === REPETITION.repeated) {
      if (isList) return listShape(node, repeated, elementShape(file, node, repeated, options));
      if (repeated.children.length === 1 || repeated.children.length === 2) {
        return listShape(node, repeated, structShape(file, repeated, options));
      }
    }
    // The entries of a map carry MAP_KEY_VALUE in old files, wherever they occur.
    if (element.repetition !== REPETITION.repeated) {
      const what = isList ? 'list' : 'map';
      throw badFooter(file, `column '${node.path.join('.')}' is declared as a ${what} but not built like one`);
    }
  }
  return structShape(file, node, options);
}

/** LogicalTypes.md, "Lists: backward-compatibility rules". */
function elementShape(file: string, group: SchemaNode, repeated: SchemaNode, options: LeafTypeOptions): FieldShape {
  const { element, children } = repeated;
  const isElement =
    element.type !== undefined ||
    children.length !== 1 ||
    children[0]!.element.repetition === REPETITION.repeated ||
    element.name === 'array' ||
    element.name === `${group.element.name}_tuple`;
  return isElement ? singleShape(file, repeated, options) : fieldShape(file, children[0]!, options);
}

function structShape(file: string, node: SchemaNode, options: LeafTypeOptions): FieldShape {
  const fields = node.children.map((child) => fieldShape(file, child, options));
  const type = struct(fields.map((field, i) => ({ name: node.children[i]!.element.name, type: field.type })));
  return { kind: 'struct', type, node, fields };
}

function listShape(group: SchemaNode | undefined, repeated: SchemaNode, element: FieldShape): FieldShape {
  return { kind: 'list', type: list(element.type), group, repeated, element };
}
