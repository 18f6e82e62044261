/** Certificates of the test's own making, by openssl. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server's certificate and its key, as PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}

/** A certificate that signs itself, `certificate`, and others; with `names` (as in subjectAltName) it is a server's as well. */
export class Authority {
  readonly certificate: string;
  readonly key: string;

  constructor(
    private readonly folder: string,
    private readonly name: string,
    names?: string,
  ) {
    this.certificate = join(folder, `${name}.pem`);
    this.key = join(folder, `${name}.key`);
    const named = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
    openssl('req', '-x509', ...KEY, '-subj', `/CN=${name}`, ...named, '-days', '2', '-keyout', this.key, '-out', this.certificate);
  }

  /** A server with this certificate itself. */
  get itself(): Identity {
    return { cert: readFileSync(this.certificate, 'utf8'), key: readFileSync(this.key, 'utf8') };
  }

  /** A server with a certificate for `names` that this has signed, which ends in so many days. */
  sign(names: string, days = 2): Identity {
    const [request, cert, key] = ['csr', 'pem', 'key'].map((end) => join(this.folder, `${this.name}-signed.${end}`)) as [string, string, string];
    openssl('req', ...KEY, '-subj', '/CN=server', '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', request);
    const signed = ['-CA', this.certificate, '-CAkey', this.key, '-copy_extensions', 'copy', '-days', String(days)];
    openssl('x509', '-req', '-in', request, ...signed, '-out', cert);
    return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
  }
}
