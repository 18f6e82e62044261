import { everywhere, type Platform } from '../shell/platform.ts';
import { openSocket } from './socket.ts';
import { readTrust } from './trust.ts';

/** Node: a key travels in a header, and reading can be held back. */
export const nodePlatform: Platform = {
  ...everywhere,
  name: `node ${process.versions.node}`,
  needsTicket: false,
  canPause: true,
  openSocket,
  endOfTurn: (run) => void setImmediate(run),
};

/** That of a client which trusts the certificates of a file, when it names one. The file is read now. */
export function platformOf(caFile: string | undefined, url: string): Platform {
  if (caFile === undefined) return nodePlatform;
  const trust = readTrust(caFile, url);
  return { ...nodePlatform, openSocket: (settings, ticket, events) => openSocket(settings, ticket, events, trust) };
}
