/** Port: a note that outlives the process, though not a power cut; it need not reach the medium. Both never throw. */
export interface NoteFile {
  read(): unknown;
  write(note: unknown): void;
}

/** Deaths of the process with nothing else under way: chance hits the same one twice in no lifetime. */
const DEATHS = 2;
/** PoisonDetector that are remembered. */
const MOST = 1000;

interface Note {
  /** Under way, together with others. */
  readonly among: readonly string[];
  /** Under way, alone. */
  readonly alone: string | undefined;
  /** Suspect → deaths of the process while it was under way alone. */
  readonly deaths: Readonly<Record<string, number>>;
}

/**
 * Finds what kills the process. Whatever has to be done again after a death (messages that are sent again, the journal's tail) is
 * noted while it is under way. What was under way at a death is a suspect, and is done alone the next time; what the process dies of twice
 * while it does nothing else is put in quarantine: left out, and told.
 */
export class PoisonDetector {
  readonly #file: NoteFile;
  readonly #deaths = new Map<string, number>();
  readonly #among = new Set<string>();
  #alone: string | undefined;
  #isWaiting = false;
  #isWriteDue = false;
  #isClosed = false;

  constructor(file: NoteFile) {
    this.#file = file;
    const { among, alone, deaths } = readNote(file.read());
    for (const [key, count] of Object.entries(deaths)) this.#deaths.set(key, count);
    for (const key of among) this.#deaths.set(key, this.#deaths.get(key) ?? 0);
    if (alone !== undefined) this.#deaths.set(alone, (this.#deaths.get(alone) ?? 0) + 1);
    this.#bound();
    if (among.length > 0 || alone !== undefined) this.#write();
  }

  /** @returns whether it has to be done alone */
  isSuspect(key: string): boolean {
    return this.#deaths.has(key);
  }

  /** @returns whether it is not to be done any more */
  isQuarantined(key: string): boolean {
    return (this.#deaths.get(key) ?? 0) >= DEATHS;
  }

  /**
   * It is done together with others, from now until all of them are learned. Noted before the next turn of the event loop.
   * @param idle resolves when everything that was handed over before its call is learned
   */
  beginBatch(key: string, idle: () => Promise<void>): void {
    this.#among.add(key);
    if (!this.#isWriteDue) {
      this.#isWriteDue = true;
      queueMicrotask(() => this.#write());
    }
    if (!this.#isWaiting) this.#await(idle);
  }

  #await(idle: () => Promise<void>): void {
    this.#isWaiting = true;
    // In the next turn all that begin in this one are handed over.
    const begun = Promise.resolve().then(() => [...this.#among]);
    begun.then(idle).then(
      async () => {
        for (const key of await begun) this.#among.delete(key);
        this.#write();
        this.#isWaiting = false;
        if (this.#among.size > 0) this.#await(idle);
      },
      // The learners are gone: what was under way remains noted.
      () => undefined,
    );
  }

  /** It is done alone: `endIsolated` has to be called when it is learned. */
  beginIsolated(key: string): void {
    this.#alone = key;
    this.#write();
  }

  /** It has been survived. */
  endIsolated(): void {
    if (this.#alone !== undefined) this.#deaths.delete(this.#alone);
    this.#alone = undefined;
    this.#write();
  }

  /** The process ends because it is told to: nothing that is under way, or begins yet, is to blame. */
  close(): void {
    this.#among.clear();
    this.#alone = undefined;
    this.#write();
    this.#isClosed = true;
  }

  #write(): void {
    this.#isWriteDue = false;
    if (this.#isClosed) return;
    const note: Note = { among: [...this.#among], alone: this.#alone, deaths: Object.fromEntries(this.#deaths) };
    this.#file.write(note);
  }

  #bound(): void {
    for (const key of this.#deaths.keys()) {
      if (this.#deaths.size <= MOST) return;
      this.#deaths.delete(key);
    }
  }
}

/** Whatever is not as it should be is as if it had not been noted. */
function readNote(note: unknown): Note {
  const { among, alone, deaths } = (typeof note === 'object' && note !== null ? note : {}) as Record<string, unknown>;
  const counts = Object.entries(typeof deaths === 'object' && deaths !== null ? deaths : {});
  return {
    among: Array.isArray(among) ? among.filter((key): key is string => typeof key === 'string') : [],
    alone: typeof alone === 'string' ? alone : undefined,
    deaths: Object.fromEntries(counts.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
  };
}
