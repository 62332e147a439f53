import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from './context.ts';

const FOLDER = new URL('../../config/', import.meta.url);
const examples = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');

describe('the examples', () => {
  it('are all there', () => {
    expect(examples.sort()).toEqual([
      'auto.yaml',
      'esphome.yaml',
      'example.yaml',
      'frigate.yaml',
      'generic.yaml',
      'home-assistant.yaml',
      'homie.yaml',
      'lorawan.yaml',
      'openmqttgateway.yaml',
      'plant.yaml',
      'room-occupancy.yaml',
      'rtl_433.yaml',
      'senml.yaml',
      'shelly.yaml',
      'sparkplug.yaml',
      'tasmota.yaml',
      'tidegate.yaml',
      'victron.yaml',
      'washing-machine.yaml',
      'zigbee2mqtt.yaml',
    ]);
  });

  it.each(examples)('%s loads and names its schema first', (name) => {
    expect(read(name).split('\n')[0]).toBe('# yaml-language-server: $schema=./tidegate.schema.json');
    expect(parse(read(name)).streams.length).toBeGreaterThan(0);
  });

  it('begin with one of eight lines', () => {
    expect(read('tidegate.yaml').trimEnd().split('\n')).toHaveLength(8);
  });

  it('show the real defaults: example.yaml changes nothing but its streams', () => {
    const written = parse(read('example.yaml'));
    const bare = parse('mqtt: {server: mqtt://localhost}\nstreams: [{topic: zigbee2mqtt/+}]\n');
    const { written: options, sources } = bare;
    expect({ ...written, streams: written.streams.slice(0, 1), written: options, sources }).toEqual(bare);
  });

  it('name every option in example.yaml, if only in a comment', () => {
    const named = new Set(read('example.yaml').match(/[a-z_]+(?=:)/g));
    const schema = readFileSync(new URL('tidegate.schema.json', FOLDER), 'utf8');
    expect([...optionsOf(JSON.parse(schema))].filter((option) => !named.has(option))).toEqual([]);
  });
});

function optionsOf(schema: { properties?: object; items?: object }): Set<string> {
  const options = new Set<string>();
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    options.add(key);
    for (const inner of optionsOf(property)) options.add(inner);
  }
  for (const inner of schema.items === undefined ? [] : optionsOf(schema.items)) options.add(inner);
  return options;
}
