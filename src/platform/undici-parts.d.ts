/** Parts of undici that it has no types of its own for; the types are those of its index. */
declare module 'undici/lib/api/index.js' {
  import type { Dispatcher } from 'undici';

  const api: Pick<Dispatcher, 'request'>;
  // biome-ignore lint/style/noDefaultExport: a module in the older format is its default.
  export default api;
}

declare module 'undici/lib/core/connect.js' {
  import { buildConnector } from 'undici';

  // biome-ignore lint/style/noDefaultExport: a module in the older format is its default.
  export default buildConnector;
}

declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici';

  // biome-ignore lint/style/noDefaultExport: a module in the older format is its default.
  export default Agent;
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  import { Dispatcher } from 'undici';

  // biome-ignore lint/style/noDefaultExport: a module in the older format is its default.
  export default Dispatcher;
}
