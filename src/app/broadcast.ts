import { Observable, type Subscriber } from 'rxjs';

/**
 * Passes each value on to all who follow it, in the order in which they began; who begins or leaves while a value is passed on
 * does so for the next one. A Subject does the same with a function and an iterator made for each value: 240 bytes.
 */
export class Broadcast<T> extends Observable<T> {
  /** Replaced, never changed. */
  #followers: readonly Subscriber<T>[] = [];

  constructor() {
    super((follower) => {
      this.#followers = [...this.#followers, follower];
      return () => {
        this.#followers = this.#followers.filter((other) => other !== follower);
      };
    });
  }

  next(value: T): void {
    const followers = this.#followers;
    for (let i = 0; i < followers.length; i++) followers[i].next(value);
  }
}
