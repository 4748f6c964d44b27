/** The least that any poller has to do: asks many sites for their license every second, and reads the answers. */
import { bareSite } from './bare-site.ts';

const [certificates, port, count] = process.argv.slice(2) as [string, string, string];
for (let index = 0; index < Number(count); index += 1) {
  const ask = bareSite(certificates, Number(port));
  setTimeout(() => setInterval(() => void ask(), 1000), (index / Number(count)) * 1000);
}
