/** Where on the page people see what a message is about. Pure. */
import type { WebSection } from './web-section.ts';

/**
 * The address for people: of the site's page, or of the deliveries for what is about the service itself. The page finds its
 * way by the fragment.
 *
 * @param publicUrl as in the configuration, without a slash at its end
 */
function pageLink(publicUrl: string, site: string | null): string {
  return `${publicUrl}/#/${site === null ? 'deliveries' : `site/${encodeURIComponent(site)}`}`;
}

/** Gives every message its address; undefined when nobody said where the page is, or it is not served. */
export function linkOfPage({
  enabled,
  publicUrl,
}: Pick<WebSection, 'enabled' | 'publicUrl'>): ((site: string | null) => string) | undefined {
  return enabled && publicUrl !== undefined ? (site) => pageLink(publicUrl, site) : undefined;
}
