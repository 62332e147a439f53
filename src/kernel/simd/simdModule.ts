import { relaxedBinary } from './relaxed.generated.ts';
import { simdBinary } from './simd.generated.ts';

// What we use of WebAssembly; the language's own library does not describe it.
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule) => { readonly exports: unknown };
};
type WasmModule = object;

/** The functions of `assembly/index.ts`. Addresses are bytes of `memory`; flags come back as 0 or 1. */
export interface SimdExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  heapBase(): number;
  bytesOfNet(G: number, D: number, E: number, H: number, O: number, R: number, keeps: number): number;
  bytesOfSpace(G: number, D: number, E: number, H: number, O: number, W: number): number;
  startNet(
    net: number,
    G: number,
    D: number,
    E: number,
    H: number,
    O: number,
    R: number,
    W: number,
    keeps: number,
  ): void;
  netLength(net: number): number;
  step(net: number, space: number): void;
  setTarget(net: number, age: number, output: number, value: number): number;
  learn(net: number, space: number, rows: number, ...options: Learning): number;
  startReplay(net: number, space: number): void;
  replayInput(t: number): number;
  headInputsAt(net: number): number;
  replayHidden(net: number): number;
  replayCell(): number;
  replayWeights(): number;
  replayTargets(): number;
  replayFlags(): number;
  burnIn(net: number, rows: number): void;
  learnReplay(net: number, rows: number, ...options: Learning): number;
  clear(net: number): void;
  lossOf(net: number): number;
  gradientNormOf(net: number): number;
  weightsOf(net: number): number;
  moment1Of(net: number): number;
  moment2Of(net: number): number;
  progressOf(net: number): number;
  inputOf(net: number): number;
  outputOf(net: number): number;
  rowCountOf(net: number): number;
  slotOf(net: number, age: number): number;
  startRows(net: number, rowCount: number): void;
  bytesOfLinear(size: number): number;
  startLinear(model: number, size: number): void;
  predictLinear(model: number, size: number): number;
  updateLinear(
    model: number,
    size: number,
    target: number,
    forgetting: number,
    errorBound: number,
    gainBound: number,
  ): number;
}

/** huberDelta 0 stands for the squared loss, −1 for the logistic one, −2 for softmax. */
type Learning = [
  learningRate: number,
  clipNorm: number,
  largestNorm: number,
  huberDelta: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  headRate: number,
];

export type SimdBuild = 'simd' | 'relaxed';

const BINARIES: Readonly<Record<SimdBuild, string>> = { simd: simdBinary, relaxed: relaxedBinary };
/** Compiled once per thread; the nets of a kernel need an instance, not a module of their own. */
const modules = new Map<SimdBuild, WasmModule | undefined>();

/** Tells if this runtime has the instructions of the build: WebAssembly itself is asked, not a version number. */
export function isSupported(build: SimdBuild): boolean {
  return moduleOf(build) !== undefined;
}

/** An instance with a memory of its own. @throws Error where the runtime has not the instructions */
export function instantiate(build: SimdBuild): SimdExports {
  const module = moduleOf(build);
  if (module === undefined) throw new Error(`this JavaScript runtime has no WebAssembly with ${build} vectors`);
  return new WebAssembly.Instance(module).exports as SimdExports;
}

function moduleOf(build: SimdBuild): WasmModule | undefined {
  if (modules.has(build)) return modules.get(build);
  const bytes = Uint8Array.from(atob(BINARIES[build]), (character) => character.charCodeAt(0));
  const isValid = typeof WebAssembly === 'object' && WebAssembly.validate(bytes);
  const module = isValid ? new WebAssembly.Module(bytes) : undefined;
  modules.set(build, module);
  return module;
}
