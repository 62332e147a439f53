/** Shows how much waits at one place, to whoever has to know: what is let in at the front depends on it. */
export interface Gauge {
  waiting: number;
}
