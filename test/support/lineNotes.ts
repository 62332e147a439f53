import type { TopicNotes } from '../../src/domain/topicNotes.ts';

/** Notes that outlive those who write them. */
export class LineNotes implements TopicNotes {
  readonly lines: Set<string>;

  constructor(lines: Iterable<string> = []) {
    this.lines = new Set(lines);
  }

  readonly read = (): readonly string[] => [...this.lines];
  readonly add = (line: string): void => void this.lines.add(line);
  readonly remove = (line: string): void => void this.lines.delete(line);
  readonly close = (): void => undefined;
}
