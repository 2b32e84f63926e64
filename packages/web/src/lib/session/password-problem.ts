import { Refused } from '@lockstep/client'

/** What the server says about a password, to stand below its field. */
export function passwordProblem(error: unknown): string | undefined {
  return error instanceof Refused && error.code === 'password_too_weak' ? error.message : undefined
}
