import { describe, expect, it } from 'vitest';
import { checkMemory, memoryOfKernel } from '../../src/hosts/kernelMemory.ts';
import { errorOf, parse } from '../config/context.ts';
import { slowness } from '../support/slowness.ts';

const MIB = 1_048_576;
const MQTT = 'mqtt: {server: mqtt://localhost}\n';
const STREAMS = 'streams: [{topic: a}]\n';

describe('memoryOfKernel', () => {
  it.each([
    ['threads: 0', 60 * MIB],
    ['threads: 1', 60 * MIB],
    ['threads: 3', 20 * MIB],
  ])('shares the memory out among the threads: %s', (threads, bytes) => {
    expect(memoryOfKernel(parse(`${MQTT}${STREAMS}${threads}\nlimits: {memory: 60MB}\n`))).toBe(bytes);
  });

  it('shares it out among the kernels that the streams name too: each counts for itself', () => {
    const streams = 'streams: [{topic: a}, {topic: b, model: {kernel: plain}}, {topic: c, model: {kernel: plain}}]\n';
    expect(memoryOfKernel(parse(`${MQTT}${streams}threads: 2\nlimits: {memory: 60MB}\n`))).toBe(15 * MIB);
    const byCell = 'streams: [{topic: a}, {topic: b, model: {cell: gru}}, {topic: c, model: {cell: rnn}}]\n';
    expect(memoryOfKernel(parse(`${MQTT}${byCell}threads: 2\nlimits: {memory: 60MB}\n`))).toBe(15 * MIB);
  });
});

describe('checkMemory', () => {
  it('lets all pass that fits, if only just one of them', () => {
    expect(() => checkMemory(parse(`${MQTT}${STREAMS}threads: 5\nlimits: {memory: 1MB}\n`))).not.toThrow();
  });

  it('names entry, need and share where not even one stream would fit', () => {
    const streams = 'streams: [{topic: a}, {topic: plant/+, model: {hidden: 128}}]\n';
    const error = errorOf(() => checkMemory(parse(`${MQTT}${streams}threads: 4\nlimits: {memory: 1MB}\n`)));
    expect(error).toMatchObject({ code: 'TG_KERNEL_SHAPE', exit: 78 });
    expect(error.message).toMatch(
      /^tidegate\.yaml: streams\[1\] \(plant\/\+\): a stream takes \d{3,} KiB .* limits\.memory leaves 256 KiB on one thread$/,
    );
  });

  it('names the entry whose cell its kernel has not', () => {
    const streams = 'streams: [{topic: a, model: {cell: gru}}, {topic: b, model: {cell: gru, kernel: simd}}]\n';
    const error = errorOf(() => checkMemory(parse(`${MQTT}${streams}`)));
    expect(error).toMatchObject({ code: 'TG_KERNEL_SHAPE', exit: 78 });
    expect(error.message).toMatch(
      /^tidegate\.yaml: streams\[1\] \(b\): the simd kernel has the cells lstm, rnn, not gru/,
    );
  });

  it('knows what each of thousands of entries needs without making thousands of networks', () => {
    const entries = Array.from({ length: 5000 }, (_, i) => `{topic: s/${i}}`).join(', ');
    const config = parse(`${MQTT}streams: [${entries}]\n`);
    const started = performance.now();
    checkMemory(config);
    expect(performance.now() - started).toBeLessThan(500 * slowness());
  });
});
