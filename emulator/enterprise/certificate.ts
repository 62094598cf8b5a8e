import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** A certificate for one host, made when it is needed. Clients that are given its file trust it. */

export interface Certificate {
  cert: string;
  key: string;
  /** PEM, for SSL_CERT_FILE, GIT_SSL_CAINFO and NODE_EXTRA_CA_CERTS. */
  file: string;
}

/** @throws Error when `openssl` is not installed or refuses */
export async function makeCertificate(folder: string, host: string): Promise<Certificate> {
  const [file, keyFile] = [join(folder, 'emulator.pem'), join(folder, 'emulator.key')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', keyFile];
  const made = await execa('openssl', ['req', '-x509', '-days', '2', '-out', file, ...key, ...subject], {
    reject: false,
  });
  if (made.exitCode !== 0)
    throw new Error(`no certificate for ${host}: openssl said ${made.stderr || made.shortMessage}`);
  return { cert: await readFile(file, 'utf8'), key: await readFile(keyFile, 'utf8'), file };
}
