import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createZoneOffset } from '../../../../src/adapters/clock/zoneOffset.ts';
import { matchesFilter } from '../../../../src/adapters/mqtt/inbound/topicFilter.ts';
import { createDecoder } from '../../../../src/adapters/payload/decoder.ts';
import { decodeStreamId, type StreamId } from '../../../../src/domain/streamId.ts';
import type { RecordingResult } from '../../../../src/tools/replay/recording/recordingReport.ts';
import { replayRecording } from '../../../../src/tools/replay/recording/replayRecording.ts';
import { parse } from '../../../config/context.ts';
import { inbound } from '../../../fixtures/decoderSetup.ts';
import { HOUSE_GONE, HOUSE_STREAMS, HOUSE_UNITS, houseMessages } from '../../../fixtures/house.ts';

/** All that a user has to write. */
const CONFIG = parse('mqtt: {server: mqtt://localhost}\nsource: auto\n');
const quiet = (): void => undefined;
const log = { error: quiet, warning: quiet, info: quiet, debug: quiet };

describe('a house of twelve devices of six makers, read with a configuration of two lines', () => {
  let folder: string;
  let result: RecordingResult;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tidegate-'));
    const file = join(folder, 'house.jsonl');
    writeFileSync(
      file,
      houseMessages()
        .map((message) => `${JSON.stringify(message)}\n`)
        .join(''),
    );
    result = await replayRecording({ file, config: CONFIG, log, stop: new AbortController().signal });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('gives a stream for each numeric sensor, and nothing else', () => {
    expect(result.streams.map(({ id }) => decodeStreamId(id)).sort()).toEqual(HOUSE_STREAMS);
    expect([result.failures, result.wrongLines, result.isComplete]).toEqual([0, 0, true]);
  });

  it('reads each of its messages once: repeats, memories, failed sensors and what was kept are counted', () => {
    const { dropped, streams } = result;
    const samples = Object.fromEntries(streams.map(({ id, samples }) => [decodeStreamId(id), samples]));
    expect(samples['zigbee2mqtt/living room/temperature']).toBe(10);
    expect(samples['tele/porch/SENSOR/AM2301.Temperature']).toBe(9);
    expect(samples['rtl_433/pi/events/Nexus-TH/2/14/humidity']).toBe(10);
    expect(Object.fromEntries(dropped)).toEqual({
      // Two at the end, one start of the bridge, the words of three devices that were kept, and ten of a Shelly.
      availability: 18,
      duplicate: 40,
      missing: 1,
      'no-field': 20,
      'not-a-number': 10,
      'not-a-reading': 97,
      retained: 1,
      stale: 1,
    });
  });

  it('knows their units and who is gone at the end', () => {
    const options = { limits: CONFIG.limits, report: quiet, matchesFilter, maxTopics: 100 };
    const zone = createZoneOffset('Europe/Berlin');
    const decoder = createDecoder({ specs: CONFIG.streams, ...options, zoneOffsetOf: () => zone });
    const known = new Set<StreamId>();
    for (const { topic, payload, time, retain } of houseMessages()) {
      const { samples } = decoder.decode({ ...inbound(topic, payload, time), retained: retain });
      for (const { stream } of samples) known.add(stream);
    }
    const sensors = [...known].map((id) => [decodeStreamId(id), decoder.sensorOf(id)] as const);
    expect(Object.fromEntries(sensors.map(([name, sensor]) => [name, sensor?.unit]))).toMatchObject(HOUSE_UNITS);
    expect(sensors.flatMap(([name, sensor]) => (sensor?.isSilent === true ? [name] : [])).sort()).toEqual(HOUSE_GONE);
  });
});
