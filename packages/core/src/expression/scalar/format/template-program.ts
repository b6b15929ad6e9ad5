import type { Address } from '../../../vector/index.ts';
import type { EvaluationContext } from '../../function.ts';
import { endsNumber, type TemplateNode } from './datetime-template.ts';

const NODE_BYTES = 16;
const TYPE = { field: 0, character: 1, separator: 2, space: 3 } as const;
const ENCODER = new TextEncoder();

/** A template in linear memory, as kernels/function/template.ts reads it. */
export interface TemplateProgram {
  readonly address: Address;
  readonly numNodes: number;
  /** The most bytes that a value written by it takes. */
  readonly maxBytes: number;
}

/** Most characters that a field reads when digits follow it at once. */
function readWidth(word: string): number {
  const upper = word.toUpperCase();
  if (upper.startsWith('FF')) return Number(upper[2]);
  if (upper === 'MS') return 3;
  if (upper === 'US') return 6;
  if (upper.startsWith('HH') || upper === 'IW') return 2;
  // The I of IDDD and ID stands for no digit; that of IYYY does.
  return upper.startsWith('ID') ? upper.length - 1 : upper.length;
}

/** Lays a template out in the arena. */
export function templateProgram(context: EvaluationContext, nodes: readonly TemplateNode[]): TemplateProgram {
  const { arena } = context;
  const texts = nodes.map((node) => (node.kind === 'field' ? new Uint8Array() : ENCODER.encode(node.text)));
  const address = arena.allocateZeroed(nodes.length * NODE_BYTES);
  const numTextBytes = texts.reduce((sum, text) => sum + text.length, 0);
  let at = arena.allocate(numTextBytes);
  const { u8, u32 } = arena.memory;
  let maxBytes = numTextBytes;
  nodes.forEach((node, i) => {
    const place = address + i * NODE_BYTES;
    u8[place] = TYPE[node.kind];
    if (node.kind === 'field') {
      u8[place + 1] = node.code;
      u8[place + 2] = (node.fill ? 1 : 0) | (node.ordinal === 'TH' ? 2 : 0) | (node.ordinal === 'th' ? 4 : 0);
      u8[place + 3] = endsNumber(nodes, i) ? 1 : 0;
      u8[place + 4] = readWidth(node.word);
      maxBytes += 24;
      return;
    }
    const text = texts[i]!;
    u8.set(text, at);
    u32[(place >>> 2) + 2] = at;
    u32[(place >>> 2) + 3] = text.length;
    at += text.length;
  });
  return { address, numNodes: nodes.length, maxBytes };
}
