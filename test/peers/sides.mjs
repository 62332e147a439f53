// Everyone who takes part, as far as this machine has them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  attempt,
  compileNative,
  findPythonWithTorch,
  installNewerNode,
  installNodePeers,
  installPython,
} from './setup.mjs';
import { Side } from './side.mjs';

const BRAIN_DIFFERS =
  'no carried state: each window from zero; RMSProp of its own on all 4 inputs of the next row; learning predicts nothing';
const RIVER_DIFFERS = 'no carried state: each row runs the last 16 from zero, twice; loss of the last row only';

/** A module with one instruction of relaxed SIMD: valid where the relaxed kernel can run. */
const RELAXED = Uint8Array.from(
  '0061736d0100000001050160017b030201000a0f010d004101fd0f4102fd0ffd80020b'.match(/../g),
  (byte) => Number.parseInt(byte, 16),
);

/**
 * @param folder of the work files
 * @param wanted whether the side of this name is asked for
 * @param skip called with name and reason for what is not to be had
 */
export function findSides(folder, wanted, skip) {
  const sides = [
    ...tidegateSides(folder, wanted, skip),
    ...nativeSides(folder, wanted, skip),
    ...nodePeers(folder, wanted, skip),
    ...pythonPeers(folder, wanted, skip),
  ];
  return sides.map((spec) => new Side(spec));
}

function tidegateSides(folder, wanted, skip) {
  if (!wanted('tidegate')) return [];
  const script = join(import.meta.dirname, 'sides', 'tidegate.mjs');
  const side = (kernel, node, id = kernel) => {
    const name = `tidegate ${kernel}`;
    return { id, name, role: 'tidegate', compilesWhileRunning: true, command: node, args: [script, folder, kernel] };
  };
  const sides = [side('plain', process.execPath), side('simd', process.execPath)];
  if (WebAssembly.validate(RELAXED)) return [...sides, side('relaxed', process.execPath)];
  const newer = attempt(['tidegate relaxed'], installNewerNode, skip);
  if (newer === undefined) return sides;
  return [...sides, side('simd', newer, 'simd-newer'), side('relaxed', newer)];
}

function nativeSides(folder, wanted, skip) {
  if (!wanted('native')) return [];
  const kinds = { plain: 'C, 128-bit vectors', fma: 'C, 128-bit vectors, FMA' };
  return Object.entries(kinds).flatMap(([kind, name]) => {
    const program = attempt([name], () => compileNative(kind), skip);
    return program === undefined
      ? []
      : [{ id: `native-${kind}`, name, role: 'native', command: program, args: [folder] }];
  });
}

function nodePeers(folder, wanted, skip) {
  const script = (name) => join(import.meta.dirname, 'sides', name);
  const all = [
    { id: 'tfjs-wasm', name: 'TensorFlow.js wasm', args: [script('tfjs.mjs'), folder, 'wasm'] },
    { id: 'tfjs-cpu', name: 'TensorFlow.js cpu', args: [script('tfjs.mjs'), folder, 'cpu'] },
    { id: 'brain', name: 'brain.js', args: [script('brain.mjs'), folder], differs: BRAIN_DIFFERS },
  ].filter(({ id }) => wanted(id));
  if (all.length === 0) return [];
  const names = all.map(({ name }) => name);
  if (!attempt(names, installNodePeers, skip)) return [];
  return all.map((spec) => ({ role: 'peer', compilesWhileRunning: true, command: process.execPath, ...spec }));
}

function pythonPeers(folder, wanted, skip) {
  const script = (name) => join(import.meta.dirname, 'sides', name);
  const variants = ['cell', 'window'].map((variant) => {
    const args = [script('pytorch.py'), folder, variant];
    return { id: `pytorch-${variant}`, name: 'PyTorch', bestOf: 'PyTorch', args };
  });
  const river = {
    id: 'deep-river',
    name: 'deep-river',
    args: [script('deepRiver.py'), folder],
    differs: RIVER_DIFFERS,
  };
  const torch = wanted('pytorch') ? variants : [];
  const all = [...torch, ...(wanted('deep-river') ? [river] : [])];
  if (all.length === 0) return [];
  const named = wanted('deep-river') ? ['deep-river'] : [];
  const python = attempt(named, installPython, skip);
  const command = python ?? (torch.length > 0 ? attempt(['PyTorch'], findPythonWithTorch, skip) : undefined);
  if (command === undefined) return [];
  const able = python === undefined ? torch : all;
  return able.map((spec) => ({ role: 'peer', command, ...spec }));
}

/** Whether `npm run build` has been run. */
export function isBuilt() {
  return existsSync('build/hosts/createKernel.js');
}
