import type { LearnerSchema } from './schema.ts';

/** Differences in the words of the configuration: `hidden 32 → 16`. */
export function describeChanges(from: LearnerSchema, to: LearnerSchema): readonly string[] {
  const before = optionsOf(from);
  const after = optionsOf(to);
  return Object.keys(after).flatMap((option) => {
    const [was, is] = [before[option] ?? '', after[option] ?? ''];
    return was === is ? [] : [`${option} ${was} → ${is}`];
  });
}

function optionsOf({ bptt, inputs, ...schema }: LearnerSchema): Record<string, string> {
  return {
    horizons: list(schema.horizons),
    cell: schema.cell,
    hidden: String(schema.hidden),
    'bptt.every': String(bptt.every),
    'bptt.window': String(bptt.window),
    replay_rows: String(schema.replays),
    experts: list(schema.experts),
    'inputs.lags': String(inputs.lags),
    'inputs.calendar': String(inputs.calendar),
    'inputs.day_lag': String(inputs.dayLag),
    'inputs.week_lag': String(inputs.weekLag),
    'inputs.linear': String(inputs.linear),
    'inputs of the message': list(schema.inputNames ?? Array.from({ length: schema.exogenous }, (_, i) => `#${i + 1}`)),
  };
}

function list(items: readonly (string | number)[]): string {
  return `[${items.join(', ')}]`;
}
