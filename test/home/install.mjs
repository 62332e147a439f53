// Home Assistant from its package, below .cache/: about 920 MB, some six minutes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

const FOLDER = resolve('.cache/homeassistant/venv');
const PYTHON = '3.13';
/** Version of the tests; another one with TIDEGATE_HOMEASSISTANT=2025.4.4. */
const VERSION = process.env['TIDEGATE_HOMEASSISTANT'] ?? '2025.4.4';
/** Integrations that Home Assistant always loads, and mqtt: it would install what they need by itself at its first start. */
const INTEGRATIONS = [
  ...['frontend', 'backup', 'network', 'mqtt', 'hardware', 'system_health', 'http', 'config', 'search', 'file_upload'],
  ...['image_upload', 'zone', 'person', 'tag', 'schedule', 'analytics', 'isal', 'recorder', 'application_credentials'],
  ...['history', 'energy', 'sensor'],
  ...['repairs', 'lovelace', 'onboarding', 'stream', 'camera', 'conversation'],
];
const REQUIREMENTS = `
import json, os, sys, homeassistant
root = homeassistant.__path__[0]
wanted = set()
for name in sys.argv[1:]:
    path = os.path.join(root, "components", name, "manifest.json")
    if os.path.exists(path):
        wanted.update(json.load(open(path)).get("requirements", []))
print(json.dumps([os.path.join(root, "package_constraints.txt"), sorted(wanted)]))
`;

/** The interpreter that runs Home Assistant. */
export const python = join(FOLDER, 'bin/python');

/** @returns why it cannot be started; undefined: it can */
export function whatIsMissing() {
  if (existsSync(join(FOLDER, 'bin/hass'))) return undefined;
  const own =
    pythonCommand() === undefined ? `Python ${PYTHON} (command python${PYTHON}, or below ~/.pyenv), then ` : '';
  return `${own}Home Assistant: npm run test:homeassistant -- --install`;
}

export function install() {
  const command = pythonCommand();
  if (command === undefined) throw new Error(`Python ${PYTHON} is missing`);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  run(command, ['-m', 'venv', FOLDER]);
  const pip = (...args) => run(python, ['-m', 'pip', 'install', '-q', ...args]);
  pip(`homeassistant==${VERSION}`);
  const found = execFileSync(python, ['-c', REQUIREMENTS, ...INTEGRATIONS], { encoding: 'utf8' });
  const [constraints, wanted] = JSON.parse(found);
  pip(...wanted, '-c', constraints);
}

function run(command, args) {
  execFileSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** The command, or the newest of that version below pyenv, whose command may be a shim for another. */
function pythonCommand() {
  const versions = join(homedir(), '.pyenv/versions');
  const kept = existsSync(versions) ? readdirSync(versions).filter((name) => name.startsWith(`${PYTHON}.`)) : [];
  kept.sort((a, b) => Number(b.split('.')[2]) - Number(a.split('.')[2]));
  const commands = [`python${PYTHON}`, ...kept.map((name) => join(versions, name, 'bin', `python${PYTHON}`))];
  return commands.find((command) => {
    try {
      return execFileSync(command, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).includes(`Python ${PYTHON}`);
    } catch {
      return false;
    }
  });
}
