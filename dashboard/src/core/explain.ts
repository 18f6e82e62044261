/** Errors in words. */

import { MCPError } from '@mcp/client';

import { seconds } from './format.ts';

/** What it means for who looks at it, in a sentence, with the code where there is one. */
export function explain(error: unknown): string {
  if (!(error instanceof MCPError)) return error instanceof Error ? error.message : String(error);
  const wait = error.retryAfterMs === null ? '' : ` Try again in ${seconds(Math.ceil(error.retryAfterMs / 1000))}.`;
  const faults = error.details['errors'];
  const where = Array.isArray(faults) ? faults.map((fault: { path?: string; message?: string }) => ` ${fault.path || '/'}: ${fault.message}`).join(';') : '';
  return `${error.code}: ${error.message}${where}${wait}`;
}

/** Why signing in failed. */
export function explainSignIn(error: unknown): string {
  if (error instanceof MCPError) {
    switch (error.code) {
      case 'INVALID_API_KEY':
        return 'This key is not valid: it is unknown, has expired or was revoked (INVALID_API_KEY).';
      case 'CONNECTION_FAILED':
        return `The server cannot be reached (CONNECTION_FAILED): ${error.message}`;
    }
  }
  return explain(error);
}
