import type { Config } from '../../config/config.ts';
import type { Sensor } from '../../domain/decode.ts';
import { type StreamSettings, smallestFirst } from '../../domain/streamSettings.ts';
import { bridgeTopics } from '../bridge/bridgeTopics.ts';
import { streamTopics } from '../results/streamTopics.ts';
import { classEntity, teachable } from './classEntity.ts';
import { toComponents } from './component.ts';
import { streamControls } from './controlEntities.ts';
import { availableBy, type DeviceAnnouncement, type DeviceIdentity, sourceDevice } from './device.ts';
import { forecastEntities } from './forecastEntities.ts';
import { deviceNameOf, fieldNameOf, hashOf, slugOf } from './names.ts';
import { entityClassOf } from './sensorClass.ts';
import { servedCommands } from './servedCommands.ts';
import type { StreamEntry } from './streamEntry.ts';

export interface StreamDeviceOptions {
  readonly config: Config;
  readonly node: string;
  readonly version: string;
  readonly entry: StreamEntry;
  readonly sensor: Sensor;
  readonly settings: StreamSettings;
  /** The device as its own program announces it. */
  readonly known: DeviceIdentity | undefined;
}

/** The entities of one stream, in the device that it comes from. */
export function streamDevice(options: StreamDeviceOptions): Omit<DeviceAnnouncement, 'removed'> {
  const { config, node, version, entry, sensor, settings, known } = options;
  const { baseTopic } = config.mqtt;
  const topics = streamTopics(baseTopic, entry.stream);
  const daemon = availableBy(bridgeTopics(baseTopic).state);
  const name = deviceNameOf(entry.source);
  const field = fieldNameOf(sensor.path);
  const components = toComponents(
    plansOf(options, { field, availability: [daemon], topics, baseTopic, settings }),
    `${node}_${entry.key}`,
    slugOf(`${name} ${field}`),
  );
  const entities = Object.values(components).map((component) => component.name);
  return {
    device: sourceDevice({ node, key: hashOf(entry.source), name, known, entities }),
    known,
    version,
    availability: [daemon, availableBy(topics.availability)],
    stateTopic: topics.state,
    components,
  };
}

interface PlanContext {
  readonly field: string;
  readonly availability: readonly ReturnType<typeof availableBy>[];
  readonly topics: ReturnType<typeof streamTopics>;
  readonly baseTopic: string;
  readonly settings: StreamSettings;
}

function* plansOf(
  { config, entry, sensor }: StreamDeviceOptions,
  { field, availability, topics, baseTopic, settings }: PlanContext,
) {
  const { classify } = settings;
  const { class: classTopic, state: stateTopic } = topics;
  yield* forecastEntities({
    field,
    sensor: entityClassOf(sensor, sensor.path),
    stateTopic,
    horizons: smallestFirst(settings.horizons),
    expireAfter: entry.expireAfter,
    decimals: entry.decimals,
  });
  if (classify !== undefined && entry.hasClass)
    yield classEntity({ field, classTopic, classify, expireAfter: entry.expireAfter });
  yield* streamControls({
    baseTopic,
    commands: servedCommands(config),
    availability,
    field,
    stream: entry.stream,
    classTopic,
    classes: classify === undefined ? [] : teachable(classify.classes === 'open' ? entry.classes : classify.classes),
  });
}
