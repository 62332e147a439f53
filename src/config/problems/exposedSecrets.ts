import { statSync } from 'node:fs';
import type { Config } from '../config.ts';

const READABLE_BY_OTHERS = 0o004;

/** Files with a secret in them that every user of this computer can read. Empty where the system knows no such rights. */
export function exposedSecrets({ secretFiles }: Pick<Config, 'secretFiles'>): readonly string[] {
  if (process.platform === 'win32') return [];
  return secretFiles.filter((file) => {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & READABLE_BY_OTHERS) !== 0;
  });
}

/** The fault of such a file. */
export function explainExposed(file: string): string {
  return `${file} holds a password or token, and every user of this computer can read it`;
}

/** The remedy. */
export function adviceOnExposed(file: string): string {
  return `chmod o-r ${file}, or keep the secret elsewhere: !env NAME, !file path, systemd's LoadCredential`;
}
