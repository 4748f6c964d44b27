/** Whatever is configured as a topic, a broker takes what is made of it, and no two sites share one by accident. */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { packetBytes, publicationOf } from '../../src/delivery/destinations/mqtt/publication.ts';
import { MqttSection } from '../../src/delivery/destinations/mqtt/section.ts';
import { filterFor, topicOf } from '../../src/delivery/destinations/mqtt/topics.ts';
import { alertMessage, statusMessage } from '../fakes/messages.ts';
import { mutated, nastyText } from './nasty.ts';
import { property } from './runs.ts';

const rightTemplate = fc.constantFrom(
  'license-sentinel/{site}/status',
  '{site}',
  'qliksense/{site}-{site}/license',
  '/a//{site}/',
  'fixed/topic',
  `${'{site}'.repeat(166)}é/`,
);
const template = fc.oneof(
  rightTemplate,
  mutated(rightTemplate),
  nastyText,
  nastyText.map((text) => `a/{site}/${text}`),
);
const site = fc.oneof(
  fc.constantFrom(null, 'prod', 'a.b-c_D', 'x'.repeat(64)),
  fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
  nastyText,
);
const cases = fc.record({
  topics: fc.record({ status: template, alert: template, availability: template }),
  sites: fc.tuple(site, site),
  title: nastyText,
  isAlert: fc.boolean(),
});

/** As the configuration has it. */
const SITE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

describe('a topic template', () => {
  property('is refused, or makes topics that every broker takes', cases, (one) => {
    const parsed = MqttSection.safeParse({ name: 'm', kind: 'mqtt', url: 'mqtt://b', topics: one.topics });
    if (!parsed.success) {
      for (const { path } of parsed.error.issues) expect(path[0]).toBe('topics');
      return;
    }
    const topics = parsed.data.topics;
    const messageFor = (name: string | null) =>
      (one.isAlert ? alertMessage : statusMessage)({ site: name, title: one.title });
    const published = one.sites.map((name) => {
      const message = messageFor(name);
      const publication = publicationOf(message, { topics, retainStatus: true });
      if (name === null || SITE_NAME.test(name)) expectTakenByBrokers(publication.topic);
      expect(publication.topic).toBe(topicOf(message, topics));
      expect(matches(filterFor(topics[message.topic]), publication.topic)).toBe(true);
      expect(JSON.parse(publication.payload.toString())).toMatchObject({ site: name, title: one.title });
      expect(packetBytes(publication)).toBeGreaterThan(publication.payload.length);
      return publication.topic;
    });
    expectTakenByBrokers(topics.availability);
    const [first, second] = one.sites;
    const isPerSite = topics[one.isAlert ? 'alert' : 'status'].includes('{site}');
    if (isPerSite && first !== second) expect(published[0]).not.toBe(published[1]);
  });
});

/** OASIS MQTT 5.0, 1.5.4 and 4.7; mosquitto ends the connection for what the standard only warns of. */
function expectTakenByBrokers(topic: string): void {
  expect(topic).not.toBe('');
  expect(topic).toMatch(/^[^$]/);
  expect(topic).not.toMatch(/[+#\p{Cc}\p{Noncharacter_Code_Point}]/u);
  expect(topic.isWellFormed()).toBe(true);
  expect(Buffer.byteLength(topic)).toBeLessThanOrEqual(65_535);
}

function matches(filter: string, topic: string): boolean {
  const [wanted, levels] = [filter.split('/'), topic.split('/')];
  return (
    wanted.length === levels.length &&
    wanted.every((level, index) => level === '+' || level === levels[index])
  );
}
