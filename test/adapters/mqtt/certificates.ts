import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificates {
  readonly ca: string;
  /** For 127.0.0.1 and localhost. */
  readonly server: { readonly cert: string; readonly key: string };
  /** For wrong.example only. */
  readonly stranger: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
  readonly folder: string;
  remove(): void;
}

/** A certificate authority of our own with certificates for a broker, a wrong broker and a client, as PEM files. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
  const path = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=Test CA');
  const issue = (name: string, alternatives: string) => {
    writeFileSync(path(`${name}.ext`), `subjectAltName=${alternatives}\n`);
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`);
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signed);
    return { cert: path(`${name}.crt`), key: path(`${name}.key`) };
  };
  return {
    ca: path('ca.crt'),
    server: issue('server', 'IP:127.0.0.1,DNS:localhost'),
    stranger: issue('stranger', 'DNS:wrong.example'),
    client: issue('client', 'DNS:client'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
