export interface Relay {
  readonly port: number;
  /** Cuts all connections, as a pulled cable would after its time-out. */
  cut(): void;
  stop(): Promise<void>;
}

/** A wire to a broker that can be cut: what is under way on it is lost on both sides. @param port where it is reached; default: any that is free */
export function startRelay(target: number, port?: number): Promise<Relay>;
