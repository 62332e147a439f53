/** State of a network's learning. */
export interface NetworkLearning {
  /** Norm of the last gradient before it was clipped. */
  readonly gradientNorm: number;
  /** Learning rate of the next update. */
  readonly rate: number;
  readonly updates: number;
  /** Roll-backs that the guard remembers. */
  readonly rollbacks: number;
  /** Moment of sample time until which it is frozen; NaN: it is not. */
  readonly frozenUntil: number;
}
