import { expect, test } from 'vitest';
import type { StreamId } from '../../src/domain/streamId.ts';
import { forStream } from '../../src/pipeline/forStream.ts';
import { collectEvents } from '../fixtures/decoderSetup.ts';

const stream = 'barn' as StreamId;

test('gives what is run, and reports nothing', () => {
  const { events, report } = collectEvents();
  expect(forStream(stream, report, () => 5)).toBe(5);
  expect(events).toEqual([]);
});

test('reports what is thrown, and counts the reading where one is lost', () => {
  const { events, report } = collectEvents();
  const error = new Error('ours');
  const fail = (): never => {
    throw error;
  };
  expect(forStream(stream, report, fail)).toBeUndefined();
  expect(forStream(stream, report, fail, { costsReading: false })).toBeUndefined();
  expect(events).toEqual([
    { type: 'PipelineFailed', topic: 'barn', error },
    { type: 'InputDropped', reason: 'stream-failed', topic: 'barn' },
    { type: 'PipelineFailed', topic: 'barn', error },
  ]);
});
