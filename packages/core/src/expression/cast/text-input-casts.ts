import { type DecimalType, KIND_WIDTH, physicalKind, type TypeId } from '../../types/index.ts';
import { functionKernels } from '../scalar/function-kernels.ts';
import { type CastDefinition, type CastFunction, castsBetween } from './cast-function.ts';
import { readText } from './text-cast-failure.ts';

/** The greatest magnitudes of negative and of positive numbers. */
const INTEGER_LIMITS: Readonly<Partial<Record<TypeId, readonly [lowest: bigint, highest: bigint]>>> = {
  int8: [2n ** 7n, 2n ** 7n - 1n],
  int16: [2n ** 15n, 2n ** 15n - 1n],
  int32: [2n ** 31n, 2n ** 31n - 1n],
  int64: [2n ** 63n, 2n ** 63n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

const textToInteger: CastFunction = (context, values, target) => {
  const width = KIND_WIDTH[physicalKind(target)];
  const [lowest, highest] = INTEGER_LIMITS[target.id]!;
  const { data, validity, length } = values;
  return readText(context, values, target, width, (out, failures) =>
    functionKernels(context).text_to_integer(
      data,
      8,
      validity,
      length,
      BigInt.asIntN(64, lowest),
      BigInt.asIntN(64, highest),
      width,
      out,
      failures,
    ),
  );
};

const textToDecimal: CastFunction = (context, values, target) => {
  const { precision, scale } = target as DecimalType;
  const width = KIND_WIDTH[physicalKind(target)];
  const { data, validity, length } = values;
  return readText(context, values, target, width, (out, failures) =>
    functionKernels(context).text_to_decimal(data, 8, validity, length, precision, scale, width, out, failures),
  );
};

const textToBoolean: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  return readText(context, values, target, 1, (out, failures) =>
    functionKernels(context).text_to_boolean(data, 8, validity, length, out, failures),
  );
};

const textToBytea: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  const kernels = functionKernels(context);
  const bytes = context.arena.allocate(kernels.text_total_bytes(data, 8, length));
  return readText(context, values, target, 8, (out, failures) =>
    kernels.text_to_bytea(data, 8, validity, length, out, bytes, failures),
  );
};

const textToUuid: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  const bytes = context.arena.allocate(length * 16);
  return readText(context, values, target, 8, (out, failures) =>
    functionKernels(context).text_to_uuid(data, 8, validity, length, out, bytes, failures),
  );
};

const textToJson: CastFunction = (context, values, target) => {
  const { data, validity, length } = values;
  return readText(context, values, target, 8, (out, failures) =>
    functionKernels(context).text_to_json(data, 8, validity, length, out, failures),
  );
};

const fromText = (to: readonly TypeId[], convert: CastFunction) => castsBetween(['varchar'], to, convert);

/** Casts from text to booleans, exact numbers, byte strings, uuids and JSON, in PostgreSQL's input syntax. */
export const TEXT_INPUT_CASTS: readonly CastDefinition[] = [
  ...fromText(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'], textToInteger),
  ...fromText(['decimal'], textToDecimal),
  ...fromText(['boolean'], textToBoolean),
  ...fromText(['bytea'], textToBytea),
  ...fromText(['uuid'], textToUuid),
  ...fromText(['json'], textToJson),
];
