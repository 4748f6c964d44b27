/** Which MQTT version to speak: what the configuration says, or 5 with 3.1.1 for brokers that refuse it. */
import type { MqttSection } from './section.ts';
import type { Dialled } from './session.ts';

/** 4 is how MQTT 3.1.1 numbers itself on the wire. */
export type ProtocolVersion = 4 | 5;

/**
 * Dials once, or twice when the broker turns version 5 down. A refusal in words is remembered; a broker that hung up
 * without a word is asked for version 5 again next time, since it may merely have been restarting.
 */
export function dialWithVersion(
  wanted: MqttSection['version'],
  dial: (version: ProtocolVersion, signal: AbortSignal) => Promise<Dialled>,
): (signal: AbortSignal) => Promise<Dialled> {
  let version: ProtocolVersion = wanted === '3.1.1' ? 4 : 5;
  return async (signal) => {
    const first = await dial(version, signal);
    if (first.kind === 'session' || wanted !== 'auto' || version === 4 || signal.aborted) return first;
    if (first.versionRefused === 'no') return first;
    if (first.versionRefused === 'refused') version = 4;
    return dial(4, signal);
  };
}
