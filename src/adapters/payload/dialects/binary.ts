import { BINARY_FORMATS, type BinaryFormat } from '../../../domain/dialectName.ts';
import type { Dialect } from './dialect.ts';

/** Numbers of one message. A payload with more is a picture or a file. */
const MOST_NUMBERS = 256;

function readAt(view: DataView, at: number, format: BinaryFormat): number {
  const isLittle = format.endsWith('le');
  switch (format) {
    case 'i8':
      return view.getInt8(at);
    case 'u8':
      return view.getUint8(at);
    case 'i16be':
    case 'i16le':
      return view.getInt16(at, isLittle);
    case 'u16be':
    case 'u16le':
      return view.getUint16(at, isLittle);
    case 'i32be':
    case 'i32le':
      return view.getInt32(at, isLittle);
    case 'u32be':
    case 'u32le':
      return view.getUint32(at, isLittle);
    case 'f32be':
    case 'f32le':
      return view.getFloat32(at, isLittle);
    case 'f64be':
    case 'f64le':
      return view.getFloat64(at, isLittle);
    default:
      return format satisfies never;
  }
}

/** Payloads of bytes: one number, which is the reading of the topic, or several, which are told apart by their position. Never recognised: bytes look like any. */
export const BINARY_DIALECTS: readonly Dialect[] = BINARY_FORMATS.map((format) => ({
  name: format,
  fits: () => false,
  create: () => (message, out) => {
    const { bytes } = message;
    const size = Number(/\d+/.exec(format)?.[0]) / 8;
    const count = bytes.length / size;
    if (bytes.length === 0) return 'missing';
    if (!Number.isInteger(count)) return 'not-a-number';
    if (count > MOST_NUMBERS) return 'too-large';
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++)
      out.offer(readAt(view, i * size, format), count === 1 ? undefined : String(i), undefined);
    return 'not-a-number';
  },
}));
