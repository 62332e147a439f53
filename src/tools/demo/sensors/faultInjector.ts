import type { EpochMs } from '../../../domain/time.ts';
import { FAULT_KINDS, type FaultKind, type FaultWindow } from './faultWindow.ts';
import type { Random } from './random.ts';
import type { Reading } from './sensor.ts';

export interface FaultInjectorOptions {
  /** Name of the reading that goes wrong. */
  readonly main: string;
  readonly faults: readonly FaultWindow[];
  /** A seed of its own: the healthy readings stay the same with and without faults. */
  readonly random: Random;
}

export interface Injected {
  readonly reading: Reading;
  /** The fault at work, if any. */
  readonly kind: FaultKind | undefined;
}

/** Bends the readings that fall into a fault window. Ask in the order of time: `stuck` remembers its first value. */
export function createFaultInjector({
  main,
  faults,
  random,
}: FaultInjectorOptions): (reading: Reading, at: EpochMs) => Injected {
  let current: FaultWindow | undefined;
  let held = 0;
  return (reading, at) => {
    const fault = faults.find(({ from, to }) => at >= from && at < to);
    const value = reading[main];
    if (fault !== current) held = value;
    current = fault;
    if (fault === undefined) return { reading, kind: undefined };
    if (!FAULT_KINDS[fault.kind].arrives) return { reading, kind: fault.kind };
    return { reading: { ...reading, ...bend(fault, reading, value) }, kind: fault.kind };
  };

  function bend({ kind, amount }: FaultWindow, reading: Reading, value: number): Reading {
    if (kind === 'stuck') return { [main]: held };
    if (kind === 'spike') return { [main]: amount };
    if (kind === 'shift') return { [main]: value + amount };
    if (kind === 'door-open') return { [main]: amount + 1.2 * random.normal() };
    // Collapsing vapour bubbles: strong, irregular shaking while the flow sags and surges.
    return {
      [main]: value * amount * (1 + 0.25 * Math.abs(random.normal())),
      flow: reading['flow'] * (0.7 + 0.05 * random.normal()),
    };
  }
}
