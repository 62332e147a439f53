import type { Overflow } from '../../src/domain/overflow.ts';
import { forgetful, MANIFOLD, type SimStream } from './streams.ts';

export type Trouble =
  | 'crash'
  | 'stop'
  | 'cut'
  | 'full disk'
  | 'clock'
  | 'device clock'
  | 'rot'
  | 'spoiled batch'
  | 'flood';

/** A sort of life that a daemon can have. */
export interface Kind {
  readonly name: string;
  readonly qos: 0 | 1;
  readonly durability: 'journal' | 'snapshot';
  readonly overflow: Overflow;
  readonly streams: readonly SimStream[];
  /** One of these every two minutes. */
  readonly troubles: readonly Trouble[];
}

/** Nothing may be lost, taken twice, or learned otherwise. */
const CERTAIN: Kind = {
  name: 'certain',
  qos: 1,
  durability: 'journal',
  overflow: 'block',
  streams: MANIFOLD,
  troubles: ['crash', 'crash', 'stop', 'cut', 'full disk', 'clock', 'device clock', 'rot'],
};
/** What came within the last minute before a crash may be lost, and what came while nobody was there. */
const FORGETFUL: Kind = {
  name: 'forgetful',
  qos: 0,
  durability: 'snapshot',
  overflow: 'coalesce',
  streams: forgetful(false),
  troubles: ['crash', 'stop', 'stop', 'cut', 'full disk', 'clock'],
};
/** Batches of the journal are damaged: what was in them may be lost, and nothing else. */
const DAMAGED: Kind = {
  name: 'damaged',
  qos: 1,
  durability: 'journal',
  overflow: 'block',
  streams: forgetful(false),
  troubles: ['spoiled batch', 'crash', 'stop', 'cut', 'full disk'],
};
/** Far more comes than can be learned: what is left out is counted. */
const FLOODED: Kind = {
  name: 'flooded',
  qos: 0,
  durability: 'snapshot',
  overflow: 'coalesce',
  streams: forgetful(true),
  troubles: ['flood', 'clock', 'clock', 'full disk'],
};

export function kindOf(seed: number): Kind {
  return [CERTAIN, CERTAIN, CERTAIN, FORGETFUL, DAMAGED, FLOODED][seed % 6] as Kind;
}
