import { Refused } from '@lockstep/client'
import { useEffect, useState } from 'react'

/** No password is so short: what is asked with it makes nothing. */
const NO_PASSWORD = '-'
/** What a server says of a link that it does not take any more. */
const OVER: ReadonlySet<string> = new Set(['setup_code_wrong', 'invitation_wrong'])

/**
 * Why a one-time link cannot be used, as the server says it, before anybody fills in a form; undefined while nothing speaks against it.
 * It is asked again when `ask` is another function.
 */
export function useUsedLink(
  code: string | undefined,
  ask: (code: string, password: string) => Promise<unknown>,
): string | undefined {
  const [why, setWhy] = useState<string>()
  useEffect(() => {
    if (code === undefined) return
    ask(code, NO_PASSWORD).catch((error: unknown) => {
      if (error instanceof Refused && OVER.has(error.code)) setWhy(error.message)
    })
  }, [code, ask])
  return why
}
