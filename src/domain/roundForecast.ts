/**
 * A forecast or bound as it is published: nine significant digits, more than float32 weights can mean.
 * One function for MQTT and files, so that both show the same number.
 */
export function roundForecast(value: number): number {
  return Number(value.toPrecision(9));
}
