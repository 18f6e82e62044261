import { everywhere, type Platform } from '../shell/platform.ts';
import { openSocket } from './socket.ts';

/** Browsers: a key is exchanged for a ticket, and a slow consumer holds back acks. */
export const browserPlatform: Platform = {
  ...everywhere,
  name: 'browser',
  needsTicket: true,
  canPause: false,
  openSocket,
  endOfTurn(run) {
    const { port1, port2 } = new MessageChannel(); // setTimeout would wait at least 4 ms when it is nested
    port1.onmessage = () => {
      port1.close();
      run();
    };
    port2.postMessage(null);
  },
};
