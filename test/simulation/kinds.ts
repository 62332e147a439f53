import type { Overflow } from '../../src/domain/overflow.ts';
import { HABITS, type Habit } from './habits.ts';
import { forgetful, MANIFOLD, type SimStream, TELLING } from './streams.ts';

export type Trouble =
  | 'crash'
  | 'stop'
  | 'cut'
  | 'full disk'
  | 'clock'
  | 'device clock'
  | 'outage'
  | 'rot'
  | 'spoiled batch'
  | 'flood'
  | 'bad moment'
  | 'loose contact'
  | 'folder';

/** A sort of life that a daemon can have. */
export interface Kind {
  readonly name: string;
  /** The broker's habit. */
  readonly habit: Habit;
  readonly qos: 0 | 1;
  readonly durability: 'journal' | 'snapshot';
  readonly overflow: Overflow;
  readonly streams: readonly SimStream[];
  /** Its streams fall silent for minutes: after a crash they stay away, and the journal has to keep their tails. */
  readonly isSleepy: boolean;
  /** Its medium is slow to read, and refuses a snapshot now and then. */
  readonly isWorn: boolean;
  /** One of these every two minutes. */
  readonly troubles: readonly Trouble[];
}

const [EXACT] = HABITS;

/** Nothing may be lost, taken twice, or learned otherwise. */
const CERTAIN: Kind = {
  name: 'certain',
  habit: EXACT,
  isSleepy: false,
  isWorn: false,
  qos: 1,
  durability: 'journal',
  overflow: 'block',
  streams: MANIFOLD,
  troubles: ['crash', 'crash', 'bad moment', 'stop', 'cut', 'full disk', 'clock', 'device clock', 'rot'],
};
/** The same lives with streams that are away for long, and a worn medium. */
const SLEEPY: Kind = {
  ...CERTAIN,
  name: 'sleepy',
  isSleepy: true,
  isWorn: true,
  troubles: ['bad moment', 'bad moment', 'crash', 'crash', 'stop', 'full disk'],
};
/** Hours away, and sensors whose clocks are right, wrong, or not there: every reading counts, at its own time where it has one. */
const AWAY: Kind = {
  ...CERTAIN,
  name: 'away',
  streams: TELLING,
  troubles: ['outage', 'outage', 'crash', 'bad moment', 'stop', 'cut'],
};
/** Readings that are all the same, and a broker that forgets its sessions. */
const ALIKE: Kind = {
  ...CERTAIN,
  name: 'alike',
  streams: MANIFOLD.filter(({ isTimedByArrival }) => isTimedByArrival),
  troubles: ['loose contact', 'loose contact', 'bad moment', 'crash', 'stop'],
};
/** Readings of the last minute before a crash may be lost, and those that came while no client was there. */
const FORGETFUL: Kind = {
  name: 'forgetful',
  habit: EXACT,
  isSleepy: false,
  isWorn: false,
  qos: 0,
  durability: 'snapshot',
  overflow: 'coalesce',
  streams: forgetful(false),
  troubles: ['crash', 'stop', 'stop', 'cut', 'full disk', 'clock'],
};
/** Batches of the journal are damaged: what was in them may be lost, and nothing else. */
const DAMAGED: Kind = {
  name: 'damaged',
  habit: EXACT,
  isSleepy: false,
  isWorn: false,
  qos: 1,
  durability: 'journal',
  overflow: 'block',
  streams: forgetful(false),
  troubles: ['spoiled batch', 'crash', 'stop', 'cut', 'full disk'],
};
/** The folder of the state is unmounted and comes back, or is removed for good: what was in it then is lost only with the process. */
const UPROOTED: Kind = {
  name: 'uprooted',
  habit: EXACT,
  isSleepy: false,
  isWorn: false,
  qos: 1,
  durability: 'journal',
  overflow: 'block',
  streams: forgetful(false),
  troubles: ['folder', 'folder', 'crash', 'stop', 'cut', 'full disk'],
};
/** Far more comes than can be learned: what is left out is counted. */
const FLOODED: Kind = {
  name: 'flooded',
  habit: EXACT,
  isSleepy: false,
  isWorn: false,
  qos: 0,
  durability: 'snapshot',
  overflow: 'coalesce',
  streams: forgetful(true),
  troubles: ['flood', 'clock', 'clock', 'full disk'],
};

const KINDS: readonly Kind[] = [CERTAIN, SLEEPY, ALIKE, AWAY, CERTAIN, FORGETFUL, DAMAGED, FLOODED, UPROOTED];

export function kindOf(seed: number): Kind {
  const kind = KINDS[seed % KINDS.length] as Kind;
  const habit = HABITS[Math.floor(seed / KINDS.length) % HABITS.length] as Habit;
  // A broker that mixes up what it sends again is nothing for readings with times: older ones are out of order.
  const streams = kind.streams.filter(({ isTimedByArrival }) => isTimedByArrival || !habit.isShuffled);
  return streams.length === 0 ? kind : { ...kind, name: `${kind.name} at ${habit.name}`, habit, streams };
}
