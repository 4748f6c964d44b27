/** Leads to the page of a site; what is about the service itself leads nowhere. */
import type { ComponentChildren } from 'preact';
import { hrefOf } from '../route.ts';

interface SiteLinkProps {
  readonly site: string | null;
  readonly children: ComponentChildren;
}

export function SiteLink({ site, children }: SiteLinkProps) {
  return site === null ? <span>{children}</span> : <a href={hrefOf({ view: 'site', site })}>{children}</a>;
}
