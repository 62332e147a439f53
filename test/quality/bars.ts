/** A number to reach. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly bound: number;
  readonly isUpper: boolean;
  /** A value that is not a number reaches nothing. */
  readonly isMet: boolean;
}

export function atMost(name: string, value: number, bound: number): Bar {
  return { name, value, bound, isUpper: true, isMet: value <= bound };
}

export function atLeast(name: string, value: number, bound: number): Bar {
  return { name, value, bound, isUpper: false, isMet: value >= bound };
}

/** The value as a cell of a table, marked where one of its bars is missed. */
export function marked(text: string, bars: readonly Bar[]): string {
  if (bars.length === 0) return text;
  return `${text} ${bars.every(({ isMet }) => isMet) ? 'ok' : 'misses'}`;
}

/** `taxi MAPE: 0.0636, to reach ≤ 0.06`. */
export function describeBar({ name, value, bound, isUpper }: Bar): string {
  return `${name}: ${Number(value.toPrecision(4))}, to reach ${isUpper ? '≤' : '≥'} ${Number(bound.toPrecision(4))}`;
}
