/** The broker oversteps the window that it was told: what we cannot hold is taken over another connection. */
export class OverrunError extends Error {
  constructor() {
    super('it sent more messages than we can hold; the rest comes again');
  }
}
