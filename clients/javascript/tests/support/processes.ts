/** Programs run as users run them. */

import { spawn } from 'node:child_process';

export interface Finished {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs to its end, or until `enough` of the output has come: then it is ended. */
export async function run(command: string, args: readonly string[], cwd: string, enough: (output: string) => boolean = () => false): Promise<Finished> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (enough(output)) child.kill();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve);
    child.on('error', reject);
  });
  return { code, output, errors };
}
