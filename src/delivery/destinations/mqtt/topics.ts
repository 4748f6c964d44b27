/** Which topic a message goes to: templates with `{site}`, checked and filled in. Pure. */
import * as z from 'zod';
import type { Message } from '../../../store/message.ts';

/** Stands for the site in messages about the service itself. No site name can hold a colon. */
export const SERVICE = ':service';

/** A broker takes 65,535 bytes at most (OASIS MQTT 5.0, 1.5.4); filled in with a site name it stays far below. */
const LONGEST_TEMPLATE = 1000;

export const NOT_SENDABLE = 'must not hold control characters or others that brokers refuse';

/**
 * Whether brokers take the text in a packet. NUL and halves of surrogate pairs are forbidden (OASIS MQTT 5.0, 1.5.4), and
 * for the others that should not be there mosquitto ends the connection, each time anew.
 */
export function isSendable(text: string): boolean {
  return !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text);
}

const Topic = z
  .string()
  .min(1, 'must not be empty')
  .max(LONGEST_TEMPLATE)
  .refine((topic) => !/[+#]/.test(topic), 'must not hold + or #: those are for subscribing')
  .refine((topic) => !topic.startsWith('$'), 'must not begin with $: such topics belong to the broker')
  .refine(isSendable, NOT_SENDABLE);

/** One for the whole service, whatever its sites. */
export const AvailabilityTopic = Topic.refine(
  (topic) => !/[{}]/.test(topic),
  'takes no placeholder: it is about the service, not about a site',
);

/** `{site}` may stand anywhere in it. */
export const TopicTemplate = Topic.refine(
  (template) => !/[{}]/.test(template.replaceAll('{site}', '')),
  'knows only the placeholder {site}',
);

export interface TopicTemplates {
  readonly status: string;
  readonly alert: string;
  /** Where plain text goes; undefined for none. */
  readonly expiry?: string | undefined;
}

export function topicOf(message: Message, templates: TopicTemplates): string {
  return fillIn(templates[message.topic], message.site);
}

/** @param site null for the service itself */
export function fillIn(template: string, site: string | null): string {
  const level = site === null ? SERVICE : escapeLevel(site);
  return template.replaceAll('{site}', () => level);
}

/** The subscription that matches everything `topicOf` makes of a template. A wildcard must fill its whole level. */
export function filterFor(template: string): string {
  return template
    .split('/')
    .map((level) => (level.includes('{site}') ? '+' : level))
    .join('/');
}

/**
 * A text as one topic level, percent-encoded where it would change which topic is meant: separator, wildcards, a
 * leading `$` (OASIS MQTT 5.0, 4.7), and the colon of `SERVICE`.
 */
function escapeLevel(text: string): string {
  return text.replace(/[%+#/$:]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
