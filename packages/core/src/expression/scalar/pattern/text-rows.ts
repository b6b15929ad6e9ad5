import type { DataType } from '../../../types/index.ts';
import { type Address, Vector } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { functionKernels } from '../function-kernels.ts';
import { stride } from '../row-evaluation.ts';

// The one seam where rows are worked on in JavaScript: regular expressions run in the JavaScript engine, so their subjects
// have to become JavaScript strings. The bytes of a whole batch are decoded at once; what is ASCII is then cut, not decoded.

const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });
const ENCODER = new TextEncoder();

/** The strings of all rows; a null reads as the empty string. */
export function rowStrings(context: EvaluationContext, text: Vector, numRows: number): string[] {
  const { arena } = context;
  const { memory } = arena;
  const kernels = functionKernels(context);
  if (text.encoding === 'constant') return new Array<string>(numRows).fill(rowStrings(context, oneRow(text), 1)[0]!);
  const total = kernels.text_total_bytes(text.data, stride(text), numRows);
  const refs = arena.allocate(numRows * 8);
  const bytes = arena.allocate(total);
  kernels.text_copy(text.data, stride(text), numRows, refs, bytes);
  const all = memory.u8.slice(bytes, bytes + total);
  const isAscii = kernels.text_all_ascii(refs, 8, numRows) === 1;
  const decoded = isAscii ? DECODER.decode(all) : '';
  const { u32 } = memory;
  const rows: string[] = [];
  for (let row = 0, at = 0; row < numRows; row++) {
    const end = at + u32[(refs >>> 2) + 2 * row + 1]!;
    rows.push(isAscii ? decoded.slice(at, end) : DECODER.decode(all.subarray(at, end)));
    at = end;
  }
  return rows;
}

function oneRow(constant: Vector): Vector {
  return Vector.flat(constant.type, 1, constant.data, constant.validity);
}

/** Whether row `i` counts for this call. */
export function rowCounts(context: EvaluationContext, row: number): boolean {
  return context.validity === 0 || context.arena.memory.u8[context.validity + row] !== 0;
}

/** A flat vector of strings; null where a row has none. */
export function stringResults(context: EvaluationContext, type: DataType, results: readonly (string | null)[]): Vector {
  const { arena } = context;
  const numRows = results.length;
  const joined = ENCODER.encode(results.join(''));
  const bytes = arena.allocate(joined.length);
  const out = arena.allocate(numRows * 8);
  arena.memory.u8.set(joined, bytes);
  const { u32 } = arena.memory;
  let validity: Address = 0;
  let units = 0;
  for (const result of results) units += result === null ? 0 : result.length;
  const isAscii = units === joined.length;
  for (let row = 0, at = bytes; row < numRows; row++) {
    const result = results[row]!;
    const length = result === null ? 0 : isAscii ? result.length : utf8Bytes(result);
    u32[(out >>> 2) + 2 * row] = result === null ? 0 : at;
    u32[(out >>> 2) + 2 * row + 1] = length;
    at += length;
    if (result === null && validity === 0) {
      validity = arena.allocate(numRows);
      arena.memory.u8.fill(1, validity, validity + numRows);
    }
    if (result === null) arena.memory.u8[validity + row] = 0;
  }
  return Vector.flat(type, numRows, out, validity);
}

function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit < 0x800) bytes++;
    else if (unit >= 0xd800 && unit <= 0xdbff && i + 1 < text.length) {
      bytes += 2;
      i++;
    } else bytes += 2;
  }
  return bytes;
}
