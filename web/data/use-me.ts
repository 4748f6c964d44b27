/** Who the reader is to the service: asked once, because it does not change while the page is open. */
import { useEffect, useState } from 'preact/hooks';
import type { Me } from '../../src/web/api.ts';
import { useConnection } from './connection.ts';

const ME = 'api/v1/me';

/** Undefined as long as it is not known: then whoever acts hears from the service whether they may. */
export function useMe(): Me | undefined {
  const { api } = useConnection();
  const [me, setMe] = useState(api.known(ME)?.data as Me | undefined);
  useEffect(() => {
    if (me !== undefined) return;
    void api.get(ME).then((answer) => {
      if (answer.kind === 'data') setMe(answer.data as Me);
    });
  }, [api, me]);
  return me;
}
