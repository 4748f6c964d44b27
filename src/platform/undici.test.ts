import * as index from 'undici';
import { expect, it } from 'vitest';
import { startHttpReceiver } from '../../test/fakes/http-receiver.ts';
import { Agent, buildConnector, request } from './undici.ts';

it('is what the index of undici gives', () => {
  expect(Agent).toBe(index.Agent);
  expect(buildConnector).toBe(index.buildConnector);
});

it('asks for the path and the query of an address, with GET unless told otherwise', async ({
  onTestFinished,
}) => {
  const receiver = await startHttpReceiver();
  onTestFinished(() => receiver.stop());
  const dispatcher = new Agent();
  onTestFinished(() => dispatcher.destroy());
  const answer = await request(`${receiver.url}/a%20b?c=d#e`, { dispatcher });
  await answer.body.dump();
  const post = await request(new URL(receiver.url), { dispatcher, method: 'POST', body: 'text' });
  await post.body.dump();
  expect(receiver.received.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['GET', '/a%20b?c=d', ''],
    ['POST', '/', 'text'],
  ]);
});

it('refuses an address that is none', async () => {
  await expect(request('nowhere', { dispatcher: new Agent() })).rejects.toThrow(TypeError);
});
