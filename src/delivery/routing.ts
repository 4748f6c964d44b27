/** Which destinations want a message. Pure. */
import { severities } from '../alert/notice.ts';
import type { Message, RoutedMessage } from '../store/message.ts';
import type { CommonSettings } from './common-section.ts';

/** What the routing has to know of a destination. */
export type RoutedDestination = Pick<
  CommonSettings,
  'name' | 'sendRecurring' | 'sendAlert' | 'minimumSeverity'
> & { readonly keepsEveryStatus: boolean };

/** Where people see more of a site, or of the service itself. */
export type LinkOf = (site: string | null) => string;

/**
 * The message with the destinations that want it; undefined when none does.
 *
 * @param options.except a destination that does not get it, because the message is about its own lane
 * @param options.linkOf gives each alert its link
 */
export function routesFor(
  message: Message,
  destinations: readonly RoutedDestination[],
  { except, linkOf }: { readonly except?: string; readonly linkOf?: LinkOf | undefined } = {},
): RoutedMessage | undefined {
  const takers = destinations.filter((each) => each.name !== except && wants(each, message));
  if (takers.length === 0) return undefined;
  return {
    message:
      linkOf === undefined || message.topic !== 'alert'
        ? message
        : { ...message, link: linkOf(message.site) },
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
