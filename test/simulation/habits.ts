/** A broker's way of sending messages again. */
export interface Habit {
  readonly name: string;
  /** Packet ids on a new connection: those of before; from 1 on; or as new ones, that go on. */
  readonly ids: 'same' | 'from 1' | 'go on';
  /** Where the ids of new messages begin on a connection: behind the last one, at 1, or anywhere. */
  readonly newIds: 'go on' | 'from 1' | 'anywhere';
  /** DUP is set on what was sent before; on all that waits at the beginning of a connection; or never. */
  readonly dup: 'sent' | 'all' | 'none';
  readonly isShuffled: boolean;
  /** New messages are sent among those that it kept, which take their time. It has no window. */
  readonly isMixed: boolean;
  /** Readings that are all alike show too little to tell a repeat from a new one. */
  readonly needsContent: boolean;
}

const EXACT: Habit = {
  name: 'mosquitto',
  ids: 'same',
  newIds: 'go on',
  dup: 'sent',
  isShuffled: false,
  isMixed: false,
  needsContent: false,
};

export const HABITS: readonly [Habit, ...Habit[]] = [
  EXACT,
  { ...EXACT, name: 'RabbitMQ', ids: 'from 1', newIds: 'from 1', needsContent: true },
  { ...EXACT, name: 'Artemis', ids: 'go on', dup: 'none', needsContent: true },
  { ...EXACT, name: 'aedes', newIds: 'anywhere', dup: 'none', isMixed: true, needsContent: true },
  { ...EXACT, name: 'mochi', newIds: 'from 1', dup: 'all', isShuffled: true, needsContent: true },
];
