import { verify } from 'node:crypto'
import { promisify } from 'node:util'

/** Whether a signature is by this key. Beside the main thread: one takes longer than all that a request needs there. */
export const verifyBeside = promisify(verify)
