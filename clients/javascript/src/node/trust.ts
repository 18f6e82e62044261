/** Whom a client trusts: Node's authorities, or the certificates of a file and nobody else. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Also one that is cut off: it is told. */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^]*?(?:-----END CERTIFICATE-----|$)/g;

/** Reads `caFile`, once for all connections. Host names and dates are checked as ever. Throws a RangeError. */
export function readTrust(caFile: string, url: string): SecureContext {
  if (typeof caFile !== 'string') throw new RangeError('caFile must be the path of a file');
  if (!/^wss:/i.test(url)) throw new RangeError('caFile needs a url of wss://: without TLS there is no certificate to check');
  const fault = (what: string, cause?: unknown): RangeError =>
    new RangeError(`caFile '${caFile}' ${what}; it must name a PEM file of the certificates to trust`, { cause });
  let text: string;
  try {
    text = readFileSync(caFile, 'latin1');
  } catch (error) {
    throw fault(`cannot be read: ${(error as Error).message}`, error);
  }
  const certificates = text.match(CERTIFICATE);
  if (certificates === null) throw fault('has no certificate');
  try {
    for (const certificate of certificates) new X509Certificate(certificate); // createSecureContext passes over what is none
  } catch (error) {
    throw fault(`has a certificate that cannot be read: ${(error as Error).message}`, error);
  }
  return createSecureContext({ ca: certificates });
}
