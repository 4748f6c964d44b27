/** The OpenAPI 3.1 description of the API, made of the same schemas as the answers. Pure. */
import { acknowledgementBodySchema } from './acknowledgement-body.ts';
import { schemas } from './json-schemas.ts';
import type { Schema } from './schema-parts.ts';

interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  readonly path: string;
  readonly summary: string;
  readonly answers: keyof typeof schemas | { readonly contentType: string };
  readonly query?: readonly (keyof typeof queryParameters)[];
  /** What has to be sent. */
  readonly takes?: 'AcknowledgementBody';
  readonly alsoFails?: readonly string[];
  /** Whether every answer is a new one, so that none carries an ETag. */
  readonly isAlwaysNew?: true;
}

export const operations: readonly Operation[] = [
  {
    method: 'get',
    path: '/api/v1/overview',
    summary: 'Every site, the most urgent first.',
    answers: 'Overview',
  },
  {
    method: 'get',
    path: '/api/v1/me',
    summary: 'Who asks, and whether that login may act.',
    answers: 'Me',
    isAlwaysNew: true,
  },
  { method: 'get', path: '/api/v1/sites', summary: 'The same without the service.', answers: 'SiteList' },
  {
    method: 'get',
    path: '/api/v1/sites/{name}',
    summary: 'One site with its ladder and its past.',
    answers: 'SiteDetail',
    alsoFails: ['404'],
  },
  {
    method: 'get',
    path: '/api/v1/sites/{name}/checks',
    summary: 'The checks of a site, newest first.',
    answers: 'Checks',
    query: ['before', 'limit'],
    alsoFails: ['400', '404'],
  },
  {
    method: 'post',
    path: '/api/v1/sites/{name}/acknowledgement',
    summary: 'Silences the alerts about the license of a site until a day or the next rung.',
    takes: 'AcknowledgementBody',
    answers: 'Acknowledged',
    alsoFails: ['400', '403', '404', '409', '503'],
  },
  {
    method: 'delete',
    path: '/api/v1/sites/{name}/acknowledgement',
    summary: 'Takes that back.',
    query: ['by'],
    answers: 'Done',
    alsoFails: ['400', '403', '404', '503'],
  },
  {
    method: 'get',
    path: '/api/v1/alerts',
    summary: 'Alerts delivered or given up, newest first, one row for each destination.',
    answers: 'Alerts',
    query: ['site', 'before', 'limit'],
    alsoFails: ['400'],
  },
  {
    method: 'get',
    path: '/api/v1/deliveries',
    summary: 'The lanes and dead letters.',
    answers: 'Deliveries',
  },
  {
    method: 'get',
    path: '/api/v1/waiting/{destination}',
    summary: 'What waits for a destination, in the order in which it is delivered.',
    answers: 'Waiting',
    query: ['after', 'limit'],
    alsoFails: ['400', '404'],
  },
  {
    method: 'get',
    path: '/api/v1/dead-letters/{destination}',
    summary: 'What is no longer tried at a destination, oldest first.',
    answers: 'DeadLetters',
    query: ['after', 'limit'],
    alsoFails: ['400', '404'],
  },
  {
    method: 'get',
    path: '/api/v1/messages/{destination}/{seq}',
    summary: 'A message that waits or is dead, whole, and what happened to it.',
    answers: 'Message',
    alsoFails: ['400', '404'],
  },
  {
    method: 'post',
    path: '/api/v1/dead-letters/{destination}/{seq}/retry',
    summary: 'Puts a dead letter back at the end of its lane.',
    answers: 'Done',
    alsoFails: ['400', '403', '404', '503'],
  },
  {
    method: 'delete',
    path: '/api/v1/dead-letters/{destination}/{seq}',
    summary: 'Drops a dead letter for good.',
    answers: 'Done',
    alsoFails: ['400', '403', '404', '503'],
  },
  {
    method: 'get',
    path: '/api/v1/service',
    summary: 'Which License Sentinel answers here.',
    answers: 'Service',
  },
  {
    method: 'get',
    path: '/api/v1/events',
    summary: 'Server-sent events: `changed` after something was stored.',
    answers: { contentType: 'text/event-stream' },
    isAlwaysNew: true,
    alsoFails: ['503'],
  },
  {
    method: 'get',
    path: '/healthz',
    summary: 'Whether the loops turn and nothing hangs.',
    answers: 'Health',
    isAlwaysNew: true,
    alsoFails: ['503'],
  },
  {
    method: 'get',
    path: '/health',
    summary: 'The same, where probes made for Butler look for it.',
    answers: 'Health',
    isAlwaysNew: true,
    alsoFails: ['503'],
  },
  {
    method: 'get',
    path: '/readyz',
    summary: 'Whether the store can be written, every site was checked once, and every lane has begun.',
    answers: 'Health',
    isAlwaysNew: true,
    alsoFails: ['503'],
  },
  {
    method: 'get',
    path: '/metrics',
    summary: 'For Prometheus.',
    answers: { contentType: 'text/plain' },
    isAlwaysNew: true,
  },
  {
    method: 'get',
    path: '/calendar.ics',
    summary: 'End dates and next rungs.',
    answers: { contentType: 'text/calendar' },
  },
  {
    method: 'get',
    path: '/badge/{site}.svg',
    summary: 'The state of one license as a picture.',
    answers: { contentType: 'image/svg+xml' },
    alsoFails: ['404'],
  },
];

const queryParameters = {
  after: {
    name: 'after',
    in: 'query',
    description: '`next` of the page before.',
    schema: { type: 'integer' },
  },
  before: {
    name: 'before',
    in: 'query',
    description: '`next` of the page before.',
    schema: { type: 'string' },
  },
  limit: { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } },
  site: { name: 'site', in: 'query', schema: { type: 'string' } },
  by: {
    name: 'by',
    in: 'query',
    description: 'Who. Default: the name of the login.',
    schema: { type: 'string' },
  },
} satisfies Readonly<Record<string, Schema>>;

/** @param basePath where the API is, without a slash at the end */
export function openApiDocument(version: string, basePath: string): Schema {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'License Sentinel',
      version,
      description: 'When Qlik Sense licenses end, and what was said about it.',
    },
    servers: [{ url: basePath === '' ? '/' : basePath }],
    security: [{}, { token: [] }, { password: [] }],
    paths,
    components: {
      schemas: { ...schemas, AcknowledgementBody: acknowledgementBodySchema },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        password: { type: 'http', scheme: 'basic' },
      },
    },
  };
}

function describe(operation: Operation): Schema {
  const { method, path, summary, answers, takes, query = [], alsoFails = [], isAlwaysNew } = operation;
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: name === 'seq' ? 'integer' : 'string' },
  }));
  const error = { description: 'Why not.', content: { 'application/json': { schema: ref('ApiError') } } };
  const unwell = { description: 'Why not.', content: { 'application/json': { schema: ref('Health') } } };
  const failures = ['401', '429', ...alsoFails].sort();
  const hasEtag = method === 'get' && isAlwaysNew === undefined;
  return {
    summary,
    parameters: [...inPath, ...query.map((name) => queryParameters[name])],
    ...(takes !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: ref(takes) } } },
    }),
    responses: {
      '200': {
        description: summary,
        ...(hasEtag && { headers: { etag: { schema: { type: 'string' } } } }),
        content:
          typeof answers === 'string'
            ? { 'application/json': { schema: ref(answers) } }
            : { [answers.contentType]: { schema: { type: 'string' } } },
      },
      ...(hasEtag && { '304': { description: 'The same as the one whose ETag came in If-None-Match.' } }),
      ...Object.fromEntries(
        failures.map((status) => [status, status === '503' && answers === 'Health' ? unwell : error]),
      ),
      default: error,
    },
  };
}

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
