import { useEffect, useState } from 'react';

/** The newest of a stream of server-sent events; the stream is left once `isLast` says so. */
export function useEvents<T>(path: string | undefined, name: string, isLast: (now: T) => boolean): T | undefined {
  const [newest, setNewest] = useState<{ path: string; data: T }>();
  useEffect(() => {
    if (path === undefined) {
      return;
    }
    const source = new EventSource(path);
    source.addEventListener(name, (event) => {
      const data = JSON.parse((event as MessageEvent<string>).data) as T;
      setNewest({ path, data });
      if (isLast(data)) {
        source.close();
      }
    });
    return () => source.close();
  }, [path, name]); // eslint-disable-line
  return newest?.path === path ? newest?.data : undefined;
}
