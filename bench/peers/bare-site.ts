/** One kept-alive connection with the settings of the program's own, and a GET over it; the body is read and dropped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, request } from 'undici';

export function bareSite(certificates: string, port: number): () => Promise<string> {
  const read = (file: string) => readFileSync(join(certificates, file));
  const dispatcher = new Agent({
    connect: { ca: read('root.pem'), cert: read('client.pem'), key: read('client_key.pem') },
    connections: 1,
    allowH2: false,
    keepAliveTimeout: 60_000,
  });
  const headers = {
    accept: 'application/json',
    'x-qlik-xrfkey': '0123456789abcdef',
    'x-qlik-user': 'UserDirectory=INTERNAL; UserId=sa_repository',
  };
  const url = `https://127.0.0.1:${port}/qrs/license?xrfkey=0123456789abcdef`;
  return async () => {
    const { body } = await request(url, { dispatcher, headers });
    return body.text();
  };
}
