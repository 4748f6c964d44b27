/** Which destinations want a message. Pure. */
import { severities } from '../alert/notice.ts';
import type { Message, RoutedMessage } from '../store/message.ts';
import type { CommonSettings } from './common-section.ts';

/** What the routing has to know of a destination. */
export type RoutedDestination = Pick<
  CommonSettings,
  'name' | 'sendRecurring' | 'sendAlert' | 'minimumSeverity'
> & { readonly keepsEveryStatus: boolean };

/**
 * The message with the destinations that want it; undefined when none does.
 *
 * @param except a destination that does not get it, because the message is about its own lane
 */
export function routesFor(
  message: Message,
  destinations: readonly RoutedDestination[],
  except?: string,
): RoutedMessage | undefined {
  const takers = destinations.filter((each) => each.name !== except && wants(each, message));
  if (takers.length === 0) return undefined;
  return {
    message,
    destinations: takers.map(({ name, keepsEveryStatus }) => ({
      name,
      supersedes: message.topic === 'status' && !keepsEveryStatus,
    })),
  };
}

function wants(destination: RoutedDestination, { topic, kind, severity }: Message): boolean {
  switch (topic) {
    case 'status':
      // The others have the version in every status of the site.
      return destination.sendRecurring && (kind !== 'version' || destination.keepsEveryStatus);
    case 'alert':
      return (
        destination.sendAlert &&
        severities.indexOf(severity) >= severities.indexOf(destination.minimumSeverity)
      );
  }
}
