// The one request that is not signed: a one-time token for a key.

import type { EnrolAnswer, EnrolRequest } from '@lockstep/contract'
import { enrolAgent } from '../postgres/agents/agents.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer } from './answer.ts'
import type { AgentDeps } from './deps.ts'
import type { TryLimit } from './try-limit.ts'

/**
 * Makes the agent that the token is for. A new agent may work nowhere until a person assigns it. Refuses tokens that are
 * unknown, used by another key, or old, all in the same words; and addresses that tried too often.
 */
export async function enrol(
  deps: Pick<AgentDeps, 'db' | 'reactor' | 'onSuspicious'> & { readonly tries: TryLimit },
  request: EnrolRequest,
  address: string,
): Promise<AgentAnswer<EnrolAnswer>> {
  const waitS = deps.tries.waitS(address)
  if (waitS > 0) {
    return refuseAgent('too_many_tries', `Too many wrong tokens. Try again in ${waitS} s.`, {
      retryAfterS: waitS,
    })
  }
  const { token, labels, publicKey, platform, version } = request
  const key = Buffer.from(publicKey, 'base64url')
  const enrolled = await enrolAgent(deps.db, { token, labels, publicKey: key, platform, version })
  if (enrolled === 'token_refused') {
    deps.tries.noteFailure(address)
    deps.onSuspicious({ kind: 'token_refused', agent: request.name, detail: address })
    return refuseAgent(
      'token_refused',
      'This token is not good any more: it is used, older than an hour, or was never given out. Make a new one.',
    )
  }
  if (enrolled === 'name_taken') {
    return refuseAgent(
      'token_refused',
      'There is an agent of this name, or with this key, already.',
    )
  }
  deps.tries.noteSuccess(address)
  const serverTime = Math.round(deps.reactor.now())
  return answerAgent({
    agent: enrolled.id,
    name: enrolled.name,
    labels: [...enrolled.labels],
    serverTime,
  })
}
