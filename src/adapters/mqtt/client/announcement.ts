/** A retained message about ourselves: will, greeting, farewell. */
export interface Announcement {
  readonly topic: string;
  readonly payload: string;
}
