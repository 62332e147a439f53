import type { RequestName } from '../../domain/requestName.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { Availability, Plan } from './component.ts';
import { nameOf } from './forecastEntities.ts';
import { jinjaText, ofJson } from './jinja.ts';

export interface ControlEntitiesOptions {
  readonly baseTopic: string;
  /** Commands that are served and change something. */
  readonly commands: ReadonlySet<RequestName>;
  /** Availability of the daemon: what it can be told does not depend on whether a sensor is there. */
  readonly availability: readonly Availability[];
}

export interface StreamControlsOptions extends ControlEntitiesOptions {
  readonly field: string;
  readonly stream: StreamId;
  /** Topic at which the class is published. */
  readonly classTopic: string;
  /** Names that may be taught; empty: none, or none is known. */
  readonly classes: readonly string[];
}

/** Makes the switch, buttons and selection of one stream. */
export function* streamControls(options: StreamControlsOptions): Generator<readonly [string, Plan]> {
  const { field, stream, commands, classes, classTopic } = options;
  const common = { availability: options.availability, entity_category: 'config' };
  if (commands.has('learning')) {
    const isPaused = `value_json.get('learning') == false or ${jinjaText(stream)} in value_json.get('paused', {})`;
    yield ['learning', learningSwitch(options, nameOf(field, 'learning'), isPaused, { stream })];
  }
  if (commands.has('forget'))
    yield [
      'forget',
      {
        ...common,
        platform: 'button',
        name: nameOf(field, 'forget'),
        icon: 'mdi:restart-alert',
        command_topic: requestTopic(options, 'forget'),
        payload_press: JSON.stringify({ stream }),
      },
    ];
  if (commands.has('verdict'))
    yield [
      'normal',
      {
        ...common,
        platform: 'button',
        name: nameOf(field, 'that was normal'),
        icon: 'mdi:check-decagram-outline',
        command_topic: requestTopic(options, 'verdict'),
        payload_press: JSON.stringify({ stream, verdict: 'normal' }),
      },
    ];
  if (commands.has('label') && classes.length > 0)
    yield [
      'label',
      {
        ...common,
        platform: 'select',
        name: nameOf(field, 'teach class'),
        icon: 'mdi:tag-plus',
        options: classes,
        state_topic: classTopic,
        value_template: ofJson("value_json.get('class')"),
        command_topic: requestTopic(options, 'label'),
        command_template: `{{ {'stream': ${jinjaText(stream)}, 'label': value} | tojson }}`,
      },
    ];
}

/** Makes the switch and the button for all streams. */
export function* agentControls(options: ControlEntitiesOptions): Generator<readonly [string, Plan]> {
  const { commands } = options;
  if (commands.has('learning'))
    yield ['learning', learningSwitch(options, 'Learning', "value_json.get('learning') == false", {})];
  if (commands.has('save'))
    yield [
      'save',
      {
        platform: 'button',
        name: 'Save',
        icon: 'mdi:content-save',
        entity_category: 'config',
        command_topic: requestTopic(options, 'save'),
        payload_press: '{}',
      },
    ];
}

function learningSwitch(options: ControlEntitiesOptions, name: string, isPaused: string, of: object): Plan {
  return {
    platform: 'switch',
    name,
    icon: 'mdi:school-outline',
    entity_category: 'config',
    availability: options.availability,
    state_topic: `${options.baseTopic}/bridge/learning`,
    value_template: ofJson(`'OFF' if ${isPaused} else 'ON'`),
    state_on: 'ON',
    state_off: 'OFF',
    command_topic: requestTopic(options, 'learning'),
    payload_on: JSON.stringify({ ...of, value: 'resume' }),
    payload_off: JSON.stringify({ ...of, value: 'pause' }),
  };
}

function requestTopic({ baseTopic }: ControlEntitiesOptions, name: RequestName): string {
  return `${baseTopic}/bridge/request/${name}`;
}
