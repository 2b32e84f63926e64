import { no, type Outcome } from '../outcome.ts'

const CREDENTIALS = /^[a-z+]+:\/\/[^/@]*:[^/@]*@/

/** Refuses an address with a password in it; undefined for every other one. */
export function refusePassword(
  url: string,
): Extract<Outcome<never, 'invalid_field'>, { ok: false }> | undefined {
  if (!CREDENTIALS.test(url)) return undefined
  return no(
    'invalid_field',
    'A password in an address would be shown to everybody. Give the server a key or a credential helper.',
    { field: 'url' },
  )
}
