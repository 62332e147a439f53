import { streamSettings } from '../../src/config/streamSettings.ts';
import type { ModelSettings, StreamSettings } from '../../src/domain/streamSettings.ts';

/** Settings that a test wants other than the defaults; of the model only the options that it names. */
export interface SettingsOverrides extends Partial<Omit<StreamSettings, 'model'>> {
  readonly model?: Partial<ModelSettings>;
}

/** The settings of an entry that names no option, as the schema gives them. */
const DEFAULTS: StreamSettings = streamSettings({});

/** The defaults of the schema with the plain kernel, which every machine has. */
export function makeSettings({ model, ...others }: SettingsOverrides = {}): StreamSettings {
  return { ...DEFAULTS, ...others, model: { ...DEFAULTS.model, kernel: 'plain', ...model } };
}

/** Learns next to nothing, for tests of the way to and from a learner. */
const SMALLEST_MODEL: Partial<ModelSettings> = {
  replay: 0,
  experts: ['last_value'],
  inputs: { lags: 0, calendar: false, dayLag: false, weekLag: false, linear: false },
};

export function smallSettings({ model, ...others }: SettingsOverrides = {}): StreamSettings {
  return makeSettings({ ...others, model: { ...SMALLEST_MODEL, hidden: 2, ...model } });
}

/** Settings with the classes `on` and `off`, or without classes. */
export function classifySettings(hasClasses: boolean): StreamSettings {
  return streamSettings(hasClasses ? { overrides: ['classify.classes=["on","off"]'] } : {});
}
