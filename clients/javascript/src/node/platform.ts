import { everywhere, type Platform } from '../shell/platform.ts';
import { openSocket } from './socket.ts';

/** Node: a key travels in a header, and reading can be held back. */
export const nodePlatform: Platform = {
  ...everywhere,
  name: `node ${process.versions.node}`,
  needsTicket: false,
  canPause: true,
  openSocket,
  endOfTurn: (run) => void setImmediate(run),
};
