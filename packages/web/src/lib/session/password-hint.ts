import { PASSWORD_LENGTH_MIN } from '@lockstep/domain'

/** What the server asks of a new password, to stand below its field. */
export const PASSWORD_HINT = `At least ${PASSWORD_LENGTH_MIN} characters; long is better than odd.`
