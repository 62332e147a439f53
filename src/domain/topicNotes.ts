/** Port: remembers topics beyond the life of the process. */
export interface TopicNotes {
  /** To be called first, once. @returns the topics of the processes before; undefined: nothing of them can be read */
  read(): readonly string[] | undefined;
  /** The topic is remembered when this returns. */
  add(topic: string): void;
  remove(topic: string): void;
  close(): void;
  /** Bytes that the medium has to bear for them so far. Default: not known. */
  readonly bytesWritten?: number;
}
