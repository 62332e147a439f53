import { CELL_KINDS } from '../../domain/streamSettings.ts';
import { gateCount } from '../../kernel/cellSizes.ts';
import type { CellKind } from '../../kernel/kernel.ts';
import { parameterCount, parameterLayout } from '../../kernel/parameterLayout.ts';
import { SnapshotError } from '../../model/snapshotFormat.ts';
import { readLearner } from './storedState.ts';

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Names as PyTorch's nn.LSTM, nn.GRU and nn.RNN have them; what those have not (head, skip, peepholes) beside them. */
const NAMES = {
  Wx: 'weight_ih_l0',
  Wh: 'weight_hh_l0',
  b: 'bias_ih_l0',
  bh: 'bias_hh_l0',
  p_i: 'peephole_i',
  p_f: 'peephole_f',
  p_o: 'peephole_o',
  Wy: 'head.weight',
  S: 'skip.weight',
  by: 'head.bias',
} as const;

/** Beyond what any configuration allows. */
const MOST_UNITS = 4096;
const WEIGHTS = /^panel\.(\w+)\.network\.weights$/;

/**
 * The networks in a stream's stored state in the safetensors format: `<expert>.<PyTorch's name>`, float32, row-major. Output =
 * head.weight · h + skip.weight · x + head.bias, a row per horizon. PyTorch wants two biases of an LSTM: the second is zeros.
 * @throws SnapshotError where the bytes hold no learner's state, or none with a network
 */
export function toSafetensors(state: Uint8Array): Uint8Array {
  const { schema, entries } = readLearner(state);
  const { cell, hidden, horizons } = shapeIn(schema);
  const tensors: Tensor[] = [];
  for (const [name, values] of entries) {
    const expert = WEIGHTS.exec(name)?.[1];
    if (expert === undefined || !(values instanceof Float32Array)) continue;
    tensors.push(...tensorsOf(expert, values, cell, hidden, horizons.length));
  }
  if (tensors.length === 0) throw new SnapshotError('mismatch', 'this stream has learned with no network');
  return encode(tensors, { format: 'pt', cell, horizons: JSON.stringify(horizons) });
}

interface Shape {
  readonly cell: CellKind;
  readonly hidden: number;
  readonly horizons: readonly number[];
}

/** @throws SnapshotError: a checksum that fits does not make the text true */
function shapeIn(schema: string): Shape {
  const { cell, hidden, horizons } = parse(schema);
  const isWhole =
    CELL_KINDS.some((kind) => kind === cell) && isSize(hidden) && Array.isArray(horizons) && horizons.every(isSize);
  if (!isWhole) throw new SnapshotError('damaged', 'what its numbers belong to cannot be read');
  return { cell: cell as CellKind, hidden, horizons };
}

function parse(schema: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(schema) ?? {}) as Readonly<Record<string, unknown>>;
  } catch {
    throw new SnapshotError('damaged', 'what its numbers belong to cannot be read');
  }
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MOST_UNITS;
}

function tensorsOf(expert: string, weights: Float32Array, cell: CellKind, H: number, O: number): Tensor[] {
  // All but the inputs' columns is known.
  const without = { cell, inputSize: 0, hiddenSize: H, outputSize: O, rows: 1, keepsActivations: false };
  const inputSize = (weights.length - parameterCount(without)) / (gateCount(cell) * H + O);
  if (!Number.isInteger(inputSize) || inputSize < 0)
    throw new SnapshotError('mismatch', `${expert} has ${weights.length} weights`);
  const tensors = parameterLayout({ ...without, inputSize }).map(({ name, offset, rows, columns }): Tensor => {
    const isMatrix = name === 'Wx' || name === 'Wh' || name === 'Wy' || name === 'S';
    const values = weights.subarray(offset, offset + rows * columns);
    return { name: `${expert}.${NAMES[name]}`, shape: isMatrix ? [rows, columns] : [rows], values };
  });
  const rows = gateCount(cell) * H;
  const hasSecond = cell === 'gru';
  if (!hasSecond) tensors.push({ name: `${expert}.${NAMES.bh}`, shape: [rows], values: new Float32Array(rows) });
  return tensors;
}

/** u64 length of the header, header as JSON (padded to a multiple of 8), then the tensors' bytes. */
function encode(tensors: readonly Tensor[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let end = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const json = JSON.stringify(header);
  const headerBytes = new TextEncoder().encode(json.padEnd(Math.ceil(json.length / 8) * 8));
  const file = new Uint8Array(8 + headerBytes.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let place = 8 + headerBytes.length;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), place);
    place += values.byteLength;
  }
  return file;
}
