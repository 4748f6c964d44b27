/** The one list of destination kinds. Key, folder and `kind` in the configuration file are the same word. */
import * as z from 'zod';
import type { Destination, DestinationKind, DestinationTools } from './destination.ts';
import { influxdb } from './destinations/influxdb/index.ts';
import { mqtt } from './destinations/mqtt/index.ts';
import { webhook } from './destinations/webhook/index.ts';
import { droppingRepeats } from './repeats.ts';

export const destinationKinds = { influxdb, mqtt, webhook };

export const DestinationSection = z.discriminatedUnion('kind', [
  destinationKinds.influxdb.section,
  destinationKinds.mqtt.section,
  destinationKinds.webhook.section,
]);
export type DestinationConfig = z.output<typeof DestinationSection>;

/** True for time series, which keep every status; see `DestinationKind`. */
export function keepsEveryStatus(config: DestinationConfig): boolean {
  return destinationKinds[config.kind].keepsEveryStatus;
}

export async function openDestination(
  config: DestinationConfig,
  tools: DestinationTools,
): Promise<Destination> {
  // The compiler cannot see that the kind picks the opener of just this configuration; the schema can.
  const kind = destinationKinds[config.kind] as DestinationKind;
  const destination = await kind.open(config, tools);
  const { name, repeatsAtMostEvery } = config;
  if (repeatsAtMostEvery === undefined) return destination;
  return droppingRepeats(destination, { ...tools, name, atMostEveryMs: repeatsAtMostEvery });
}
