/** What a broker may send and leave unread before it costs too much memory: the library itself knows no limit. */
import type { MqttClient } from 'mqtt';

/**
 * Confirmations have some bytes, and what `confirm` waits for is a message of our own. The standard allows 256 MB a packet, and
 * the library keeps what is here of one until the rest has come.
 */
export const LARGEST_PACKET_BYTES = 4 * 1024 * 1024;
/** Each message that a broker sends is answered; one that reads no answers makes them pile up. */
const MOST_UNREAD_BYTES = 16 * 1024 * 1024;

/** @param tell what the broker does, for the end of a sentence; may be called several times */
export function watchExcess(client: MqttClient, tell: (what: string) => void): void {
  let partBytes = 0;
  client.stream.on('data', (chunk: Buffer) => {
    partBytes += chunk.length;
    if (partBytes > LARGEST_PACKET_BYTES) tell('sends a packet that is larger than any that belongs here');
  });
  client.on('packetreceive', ({ cmd }) => {
    partBytes = 0;
    if (cmd === 'publish' && client.stream.writableLength > MOST_UNREAD_BYTES) {
      tell('sends messages and does not read the answers');
    }
  });
}
