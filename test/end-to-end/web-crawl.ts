/** Everything that a running service tells over HTTP: every route that is described, the page, and errors. */
import { operations } from '../../src/web/openapi.ts';

interface Listed {
  readonly sites: readonly { readonly site: string }[];
  readonly lanes: readonly { readonly name: string }[];
  readonly deadLetters: readonly { readonly destination: string; readonly seq: number }[];
}

/** @returns status, headers and body of every answer */
export async function whatTheWebTells(url: string, token: string): Promise<string> {
  const told: string[] = [];
  const ask = async (path: string, init: RequestInit = {}, login = `Bearer ${token}`): Promise<string> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', login);
    const answer = await fetch(new URL(path, url), { redirect: 'manual', ...init, headers });
    const text = path.endsWith('/events') ? await firstOf(answer) : await answer.text();
    told.push(`${path} ${answer.status} ${JSON.stringify([...answer.headers])} ${text}`);
    return text;
  };
  const { lanes, deadLetters } = JSON.parse(await ask('api/v1/deliveries')) as Listed;
  const { sites } = JSON.parse(await ask('api/v1/sites')) as Listed;
  for (const { method, path } of operations.filter((one) => one.method === 'get')) {
    for (const target of targetsOf(path, { sites, lanes, deadLetters })) {
      await ask(target.slice(1), { method: method.toUpperCase() });
    }
  }
  for (const path of [
    '',
    'sites/prod',
    'deliveries',
    'favicon.ico',
    'api/v1/openapi.json',
    'api/v1/no',
    '%zz',
  ]) {
    await ask(path);
  }
  await ask('api/v1/overview', {}, 'Bearer of-somebody-else-entirely');
  await ask('api/v1/overview', {}, `Basic ${btoa('anna:guessed')}`);
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  for (const body of [
    '',
    '{',
    '{"why":5}',
    JSON.stringify({ why: 'ordered', by: 'me', until: '2001-01-01' }),
  ]) {
    await ask('api/v1/sites/prod/acknowledgement', { ...post, body });
  }
  return told.join('\n');
}

function targetsOf(path: string, { sites, lanes, deadLetters }: Listed): readonly string[] {
  if (path.includes('{seq}')) {
    const letters = deadLetters.slice(0, 10);
    return letters.map((one) =>
      path.replace('{destination}', one.destination).replace('{seq}', String(one.seq)),
    );
  }
  if (path.includes('{destination}')) return lanes.map(({ name }) => path.replace('{destination}', name));
  return /\{\w+\}/.test(path) ? sites.map(({ site }) => path.replace(/\{\w+\}/, site)) : [path];
}

/** Of an answer that never ends. */
async function firstOf({ body }: Response): Promise<string> {
  const reader = body!.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}
