import type { ParquetSchemaElement } from '../physical/split.ts';
import { badFooter } from './file-error.ts';
import { REPETITION } from './parquet-format.ts';

/** A node of a Parquet schema. */
export interface SchemaNode {
  readonly element: ParquetSchemaElement;
  /** Position in the list of elements that the tree was made from, and number of elements of the subtree. */
  readonly position: number;
  readonly numElements: number;
  readonly children: readonly SchemaNode[];
  /** Leaves of the subtree: the first one's position among all leaves, and how many. */
  readonly firstLeaf: number;
  readonly numLeaves: number;
  readonly maxDefinitionLevel: number;
  readonly maxRepetitionLevel: number;
  /** Names from the top-level field to here. */
  readonly path: readonly string[];
}

const MAX_DEPTH = 64;

/**
 * The top-level fields of a schema whose elements lie depth first (parquet.thrift `FileMetaData.schema`), from the
 * element at `first` to the end of the list. `file` is for errors.
 */
export function schemaTree(file: string, elements: readonly ParquetSchemaElement[], first: number): SchemaNode[] {
  let position = first;
  let numLeaves = 0;

  const node = (parents: readonly string[], definition: number, repetition: number): SchemaNode => {
    const element = elements[position];
    if (!element) throw badFooter(file, 'its schema ends in the middle of a group');
    if (parents.length > MAX_DEPTH) throw badFooter(file, `its schema is nested deeper than ${MAX_DEPTH} levels`);
    const start = position++;
    const firstLeaf = numLeaves;
    const path = [...parents, element.name];
    const maxDefinitionLevel = definition + (element.repetition === REPETITION.required ? 0 : 1);
    const maxRepetitionLevel = repetition + (element.repetition === REPETITION.repeated ? 1 : 0);
    const children: SchemaNode[] = [];
    if (element.type === undefined) {
      const numChildren = element.numChildren ?? 0;
      if (numChildren === 0) throw badFooter(file, `field '${path.join('.')}' has neither a type nor children`);
      for (let i = 0; i < numChildren; i++) children.push(node(path, maxDefinitionLevel, maxRepetitionLevel));
    } else {
      numLeaves++;
    }
    return {
      element,
      position: start,
      numElements: position - start,
      children,
      firstLeaf,
      numLeaves: numLeaves - firstLeaf,
      maxDefinitionLevel,
      maxRepetitionLevel,
      path,
    };
  };

  const fields: SchemaNode[] = [];
  while (position < elements.length) fields.push(node([], 0, 0));
  return fields;
}

/** The leaves of a tree, in order. */
export function schemaLeaves(nodes: readonly SchemaNode[]): SchemaNode[] {
  return nodes.flatMap((node) => (node.element.type === undefined ? schemaLeaves(node.children) : [node]));
}
