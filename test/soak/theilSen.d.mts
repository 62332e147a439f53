export function theilSen(times: readonly number[], values: readonly number[]): number;
export function median(values: readonly number[]): number;
export function leastOfMinutes(times: readonly number[], values: readonly number[]): [number[], number[]];
