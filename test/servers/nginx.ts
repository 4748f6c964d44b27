/** A real nginx on loopback, on free ports, with its files in a folder of its own. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDaemon } from './daemon.ts';
import { freePort } from './free-port.ts';
import { type Certificates, issueCertificates } from './openssl.ts';

export interface Nginx {
  /** For `localhost`, with a certificate of `certificates.ca`. */
  readonly url: string;
  readonly port: number;
  readonly certificates: Certificates;
  /** What it complained about so far. */
  errors(): Promise<string>;
  stop(): Promise<void>;
}

/** @param serverBlock makes the `server { … }` for a port and the certificate; needs openssl too */
export async function startNginx(
  serverBlock: (port: number, certificate: { readonly cert: string; readonly key: string }) => string,
): Promise<Nginx> {
  const folder = await mkdtemp(join(tmpdir(), 'license-sentinel-nginx-'));
  const at = (name: string) => join(folder, name);
  await mkdir(at('temp'));
  const certificates = await issueCertificates(folder);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `  ${kind}_temp_path ${at('temp')}/${kind};`)
    .join('\n');
  await writeFile(
    at('nginx.conf'),
    `daemon off;
# One process, so that none is left when it is killed.
master_process off;
pid ${at('nginx.pid')};
error_log ${at('error.log')} warn;
events { worker_connections 64; }
http {
  access_log off;
${temporary}
${serverBlock(port, certificates.server)}
}
`,
  );
  try {
    const daemon = await startDaemon(
      'nginx',
      ['-p', folder, '-e', at('error.log'), '-c', at('nginx.conf')],
      () => accepts(port),
    );
    return {
      url: `https://localhost:${port}`,
      port,
      certificates,
      errors: () => readFile(at('error.log'), 'utf8'),
      async stop() {
        await daemon.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    const said = await readFile(at('error.log'), 'utf8').catch(() => '');
    await rm(folder, { recursive: true, force: true });
    throw new Error(`nginx did not start: ${said}`, { cause: error });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
