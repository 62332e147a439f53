/** The nets run in float32; the tests run the same functions in float64, where finite differences can judge gradients. */
export type Floats = Float32Array | Float64Array;
