import { useEffect, useState } from 'react'

/** The code behind the # of a one-time link. It is taken out of the address, so that it stays in no history and no log. */
export function useOneTimeCode(): string | undefined {
  const [code] = useState(() => /^#([A-Za-z]{2}_[A-Za-z0-9_-]{16,80})$/.exec(location.hash)?.[1])
  useEffect(() => {
    if (code !== undefined) history.replaceState(history.state, '', location.pathname)
  }, [code])
  return code
}
