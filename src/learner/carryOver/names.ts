import type { ExpertName } from '../../domain/expertName.ts';
import { CALENDAR_FEATURES } from '../calendar.ts';
import { RECENT_FEATURES } from '../linearFeatures.ts';
import type { LearnerSchema } from './schema.ts';

/** Networks in the order in which their targets lie in the replay memory. */
const NETWORKS: readonly ExpertName[] = ['lstm_residual', 'lstm_direct'];
const LINEAR_LAGS = RECENT_FEATURES - 2;
const EXOGENOUS_LAGS = 3;

export function networksOf({ experts }: LearnerSchema): readonly ExpertName[] {
  return NETWORKS.filter((name) => experts.includes(name));
}

/** A feature in units of the scale of the smallest horizon. */
export function isLag(feature: string): boolean {
  return feature.startsWith('lag ');
}

/** (n): names of the other fields of the message, by which they are found in another schema; by place where one of the two has no names. */
export function inputKeys({ exogenous, inputNames }: LearnerSchema, other: LearnerSchema): readonly string[] {
  const hasNames = inputNames !== undefined && (other.inputNames !== undefined || other.exogenous === 0);
  return Array.from({ length: exogenous }, (_, i) => (hasNames ? inputNames[i] : `#${i}`));
}

/** (D): what each input of the networks is, in the order of `buildFeatures`; with the linear forecasts behind them. */
export function memoryFeatures(schema: LearnerSchema, keys: readonly string[]): readonly string[] {
  const { horizons, inputs } = schema;
  const seen = [
    'level',
    'change',
    'rhythm',
    ...numbered('lag', inputs.lags),
    ...(inputs.calendar ? numbered('calendar', CALENDAR_FEATURES) : []),
    ...horizons.flatMap((steps) => [
      ...(inputs.dayLag ? [`day before ${steps}`] : []),
      ...(inputs.weekLag ? [`week before ${steps}`] : []),
    ]),
    ...exogenousValues(keys, inputs.lags),
    ...keys.map(ageOf),
  ];
  return seesLinear(schema) ? [...seen, ...horizons.map((steps) => `linear ${steps}`)] : seen;
}

/** (D): the inputs of one network: without the linear forecasts where it does not see them. */
export function networkFeatures(schema: LearnerSchema, keys: readonly string[], name: ExpertName): readonly string[] {
  const all = memoryFeatures(schema, keys);
  const hasLinear = name === 'lstm_residual' || schema.inputs.linear;
  return hasLinear ? all : all.filter((feature) => !feature.startsWith('linear '));
}

function seesLinear(schema: LearnerSchema): boolean {
  return schema.experts.includes('lstm_residual') || (networksOf(schema).length > 0 && schema.inputs.linear);
}

export function learnsLinear(schema: LearnerSchema): boolean {
  return schema.experts.includes('linear') || seesLinear(schema);
}

/** (n): what each feature of the linear model is, in the order of `buildLinearFeatures`. */
export function linearFeatures({ inputs }: LearnerSchema, keys: readonly string[]): readonly string[] {
  return [
    'constant',
    'level',
    ...numbered('lag', LINEAR_LAGS),
    ...(inputs.calendar ? numbered('calendar', CALENDAR_FEATURES) : []),
    ...(inputs.dayLag ? ['day before', 'day ago'] : []),
    ...(inputs.weekLag ? ['week before', 'week ago'] : []),
    ...exogenousValues(keys, Math.min(inputs.lags, EXOGENOUS_LAGS)),
  ];
}

export function levelOf(key: string): string {
  return `level of ${key}`;
}

export function ageOf(key: string): string {
  return `age of ${key}`;
}

function exogenousValues(keys: readonly string[], lags: number): readonly string[] {
  return keys.flatMap((key) => [
    levelOf(key),
    ...numbered('difference', Math.max(1, lags)).map((lag) => `${lag} of ${key}`),
  ]);
}

function numbered(name: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `${name} ${i + 1}`);
}

/** (to): place of each among `from`, −1 for one that is new. */
export function placesOf<T>(to: readonly T[], from: readonly T[]): readonly number[] {
  return to.map((each) => from.indexOf(each));
}
