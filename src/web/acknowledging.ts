/** What the routes need to acknowledge; the checks' part of the program does it. */
import type { AcknowledgementRequest, Refusal } from '../alert/acknowledgement.ts';
import type { Acknowledgement } from '../alert/state.ts';

export interface Acknowledging {
  acknowledge(
    site: string,
    request: AcknowledgementRequest,
  ): Promise<
    | { readonly kind: 'acknowledged'; readonly acknowledgement: Acknowledgement }
    | { readonly kind: 'refused'; readonly reason: Refusal; readonly detail: string }
    | { readonly kind: 'unknown-site' }
  >;
  withdraw(site: string, by: string | null): Promise<'withdrawn' | 'not-acknowledged' | 'unknown-site'>;
}
