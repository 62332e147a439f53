/** Counts what a store writes. Bytes as handed to the file system; what that adds (its own journal, whole blocks) is not seen from here. */
export class Traffic {
  bytesWritten = 0;
  flushes = 0;
}
