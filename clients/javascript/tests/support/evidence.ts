/** What the servers of a run have let out is kept, and looked through for secrets when the whole run is over. */

import { copyFileSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps a server's output and audit log, when `./test` asks for it. */
export function keepEvidence(kind: string, data: string, output: readonly string[]): void {
  const directory = process.env['PATCHBAY_EVIDENCE'];
  if (directory === undefined) return;
  const kept = mkdtempSync(join(directory, `${kind}-`));
  writeFileSync(join(kept, 'output.log'), output.join('\n'));
  for (const name of readdirSync(data).filter((file) => file.startsWith('audit'))) copyFileSync(join(data, name), join(kept, name));
}
