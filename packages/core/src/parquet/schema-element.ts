import type { ParquetSchemaElement } from '../physical/split.ts';
import type { ThriftReader } from './thrift-reader.ts';

type LogicalType = Record<string, string | number | boolean>;

/** Members of the union `LogicalType` that have no fields of their own, by field id. */
const SIMPLE_LOGICAL_TYPES: Readonly<Record<number, string>> = {
  1: 'STRING',
  2: 'MAP',
  3: 'LIST',
  4: 'ENUM',
  6: 'DATE',
  11: 'UNKNOWN',
  12: 'JSON',
  13: 'BSON',
  14: 'UUID',
  15: 'FLOAT16',
  16: 'VARIANT',
  17: 'GEOMETRY',
  18: 'GEOGRAPHY',
};

const TIME_UNITS: Readonly<Record<number, string>> = { 1: 'MILLIS', 2: 'MICROS', 3: 'NANOS' };

/** Reads the fields of a `SchemaElement` (parquet.thrift); the struct is entered already. */
export function readSchemaElement(reader: ThriftReader): ParquetSchemaElement {
  const element: { -readonly [Key in keyof ParquetSchemaElement]: ParquetSchemaElement[Key] } = { name: '' };
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 1:
        element.type = reader.count();
        break;
      case 2:
        element.typeLength = reader.count();
        break;
      case 3:
        element.repetition = reader.count();
        break;
      case 4:
        element.name = reader.string();
        break;
      case 5:
        element.numChildren = reader.count();
        break;
      case 6:
        element.convertedType = reader.count();
        break;
      case 7:
        element.scale = reader.count();
        break;
      case 8:
        element.precision = reader.count();
        break;
      case 10:
        element.logicalType = reader.struct(() => readLogicalType(reader));
        break;
      default:
        reader.skip();
    }
  }
  // Some writers give leaves `num_children: 0`, which would make them groups.
  if (element.type !== undefined) delete element.numChildren;
  return element;
}

function readLogicalType(reader: ThriftReader): LogicalType {
  let logical: LogicalType = { kind: 'UNKNOWN' };
  while (reader.nextField()) {
    switch (reader.fieldId) {
      case 5:
        logical = reader.struct(() => readDecimal(reader));
        break;
      case 7:
        logical = reader.struct(() => readTime(reader, 'TIME'));
        break;
      case 8:
        logical = reader.struct(() => readTime(reader, 'TIMESTAMP'));
        break;
      case 10:
        logical = reader.struct(() => readInteger(reader));
        break;
      default:
        logical = { kind: SIMPLE_LOGICAL_TYPES[reader.fieldId] ?? 'UNKNOWN' };
        reader.skip();
    }
  }
  return logical;
}

function readDecimal(reader: ThriftReader): LogicalType {
  let scale = 0;
  let precision = 0;
  while (reader.nextField()) {
    if (reader.fieldId === 1) scale = reader.count();
    else if (reader.fieldId === 2) precision = reader.count();
    else reader.skip();
  }
  return { kind: 'DECIMAL', scale, precision };
}

function readTime(reader: ThriftReader, kind: string): LogicalType {
  let utc = false;
  let unit = 'MICROS';
  while (reader.nextField()) {
    if (reader.fieldId === 1) utc = reader.boolean();
    else if (reader.fieldId === 2) {
      reader.struct(() => {
        while (reader.nextField()) {
          unit = TIME_UNITS[reader.fieldId] ?? 'UNKNOWN';
          reader.skip();
        }
      });
    } else reader.skip();
  }
  return unit === 'UNKNOWN' ? { kind: 'UNKNOWN' } : { kind, utc, unit };
}

function readInteger(reader: ThriftReader): LogicalType {
  let bits = 0;
  let signed = true;
  while (reader.nextField()) {
    if (reader.fieldId === 1) bits = reader.count();
    else if (reader.fieldId === 2) signed = reader.boolean();
    else reader.skip();
  }
  return { kind: 'INTEGER', bits, signed };
}
