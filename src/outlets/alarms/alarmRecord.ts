import type { AlarmQuery, Alarms, AlarmVerdict, PastAlarm } from '../../domain/alarm.ts';
import type { StreamId } from '../../domain/streamId.ts';
import type { EpochMs } from '../../domain/time.ts';
import type { TopicNotes } from '../../domain/topicNotes.ts';
import { readAlarmLine, toAlarmLine } from './alarmLine.ts';

/** Alarms that are kept. One takes less than a kilobyte: its stream is named twice, in 200 bytes at most. */
const MOST_ALARMS = 1000;

interface Noted {
  readonly alarm: PastAlarm;
  /** The line that the notes have of it. */
  readonly line: string;
}

/**
 * The alarms of before and of now, beyond the life of the process. Where there is no room, the stream that has most of them loses its oldest: one
 * that raises alarm after alarm takes no place from the others.
 */
export class AlarmRecord implements Alarms {
  readonly #most: number;
  /** By their ids. */
  readonly #alarms = new Map<string, Noted>();
  /** Ids of those that go on. */
  readonly #open = new Map<StreamId, string>();
  #notes: TopicNotes | undefined;
  forgotten = 0;

  constructor(most: number = MOST_ALARMS) {
    this.#most = most;
  }

  /** Goes on with what processes before have noted. To be called before the first forecast. */
  open(notes: TopicNotes): void {
    this.#notes = notes;
    for (const line of notes.read() ?? []) {
      const alarm = readAlarmLine(line);
      // A process that was killed while it noted a change has left both lines: the later one counts.
      const stale = alarm === undefined ? line : this.#alarms.get(alarm.id)?.line;
      if (stale !== undefined) notes.remove(stale);
      if (alarm !== undefined) this.#hold({ alarm, line });
    }
    this.#shorten();
  }

  /** Bytes that the medium has to bear for the notes. */
  get bytesWritten(): number {
    return this.#notes?.bytesWritten ?? 0;
  }

  close(): void {
    this.#notes?.close();
  }

  list({ stream, from, isOpen }: AlarmQuery = {}): readonly PastAlarm[] {
    const found = this.#all().filter(
      (alarm) =>
        (stream === undefined || alarm.stream === stream) &&
        (isOpen === undefined || (alarm.end === null) === isOpen) &&
        (from === undefined || alarm.end === null || alarm.end >= from),
    );
    return found.sort((a, b) => Number(a.end !== null) - Number(b.end !== null) || b.start - a.start);
  }

  find(stream: StreamId, id: string): PastAlarm | undefined {
    if (id === 'last')
      return this.#all().reduce<PastAlarm | undefined>((last, alarm) => {
        return alarm.stream === stream && !(last !== undefined && last.start > alarm.start) ? alarm : last;
      }, undefined);
    const alarm = this.#alarms.get(id)?.alarm;
    return alarm?.stream === stream ? alarm : undefined;
  }

  /** The alarms of a stream are those of another one from now on. */
  rename(from: StreamId, to: StreamId): void {
    for (const { id, stream } of this.#all()) {
      if (stream !== from) continue;
      this.#change(id, { stream: to });
      if (this.#open.get(from) === id) this.#open.delete(from);
    }
  }

  judge(id: string, verdict: AlarmVerdict): void {
    this.#change(id, { verdict });
  }

  running(stream: StreamId): PastAlarm | undefined {
    const id = this.#open.get(stream);
    return id === undefined ? undefined : this.#alarms.get(id)?.alarm;
  }

  /** An alarm of any stream goes on. */
  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  /** A new alarm. One that is known already goes on as it is; one of the same stream that goes on ends. */
  add(alarm: PastAlarm): void {
    if (this.#alarms.has(alarm.id)) return;
    const before = this.running(alarm.stream);
    if (before !== undefined) this.end(before, alarm.start);
    this.#note(alarm);
    this.#shorten();
  }

  end({ id }: PastAlarm, end: EpochMs, changes: Partial<Pick<PastAlarm, 'score' | 'evidence'>> = {}): void {
    this.#change(id, { ...changes, end });
  }

  /** The largest score so far of an alarm that goes on. It is written down when the alarm ends. */
  raise({ id }: PastAlarm, score: number): void {
    const noted = this.#alarms.get(id);
    if (noted !== undefined && score > (noted.alarm.score ?? 0))
      this.#hold({ ...noted, alarm: { ...noted.alarm, score } });
  }

  /** Oldest first, the same whatever was changed of them and in which process they were noted. */
  #all(): PastAlarm[] {
    const alarms = [...this.#alarms.values()].map(({ alarm }) => alarm);
    return alarms.sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1));
  }

  #change(id: string, changes: Partial<PastAlarm>): void {
    const before = this.#alarms.get(id);
    if (before === undefined) return;
    this.#note({ ...before.alarm, ...changes });
    // A change that changes nothing has the same line.
    if (this.#alarms.get(id)?.line !== before.line) this.#notes?.remove(before.line);
  }

  #note(alarm: PastAlarm): void {
    const line = toAlarmLine(alarm);
    this.#notes?.add(line);
    this.#hold({ alarm, line });
  }

  #hold(noted: Noted): void {
    const { id, stream, end } = noted.alarm;
    this.#alarms.set(id, noted);
    if (end === null) this.#open.set(stream, id);
    else if (this.#open.get(stream) === id) this.#open.delete(stream);
  }

  #shorten(): void {
    while (this.#alarms.size > this.#most) {
      const counts = new Map<StreamId, number>();
      for (const { stream } of this.#all()) counts.set(stream, (counts.get(stream) ?? 0) + 1);
      const [noisiest] = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
      const oldest = this.#all().find(({ stream }) => stream === noisiest);
      if (oldest !== undefined) this.#forget(oldest);
    }
  }

  #forget({ id, stream }: PastAlarm): void {
    const line = this.#alarms.get(id)?.line;
    this.#alarms.delete(id);
    if (this.#open.get(stream) === id) this.#open.delete(stream);
    if (line !== undefined) this.#notes?.remove(line);
    this.forgotten++;
  }
}
