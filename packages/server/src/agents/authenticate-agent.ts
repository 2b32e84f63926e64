// Who sent a request: proven by its signature over everything that matters, once.

import { hash } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { AGENT_HEADERS, SIGNATURE_AGE_MS_MAX, signedText } from '@lockstep/contract'
import { parseId } from '@lockstep/domain'
import type { AgentId } from '@lockstep/domain'
import { verifyBeside } from '../ports/signature.ts'
import { removeOldNonces } from '../postgres/agents/agents.ts'
import type { AgentRecord } from '../postgres/agents/agents.ts'
import { answerAgent, refuseAgent } from './answer.ts'
import type { AgentAnswer, RefusedAgent } from './answer.ts'
import type { AgentDeps } from './deps.ts'
import type { AgentLookups } from './lookups.ts'
import type { PublicKeys } from './public-keys.ts'

export interface SignedRequest {
  readonly method: string
  /** As it was sent, with its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Uint8Array
}

const NONCE = /^[A-Za-z0-9_-]{16,64}$/
/** One request in so many sweeps old nonces. */
const SWEEP_EVERY = 500

/** The agent that signed the request. Refuses unknown, revoked, altered, old and repeated ones, each time alike to the sender. */
export async function authenticateAgent(
  deps: Pick<AgentDeps, 'pinned' | 'reactor' | 'onSuspicious'> & {
    readonly random: () => number
    readonly lookups: AgentLookups
    readonly keys: PublicKeys
  },
  request: SignedRequest,
): Promise<AgentAnswer<AgentRecord>> {
  const id = parseId('agt', header(request, AGENT_HEADERS.agent))
  const nonce = header(request, AGENT_HEADERS.nonce)
  if (id === undefined || !NONCE.test(nonce)) return notAuthentic()
  const key = deps.keys.find(id) ?? (await learnKey(deps, id))
  if (key === undefined) return notAuthentic()
  const time = Number(header(request, AGENT_HEADERS.time))
  if (!(await isSigned(id, key, request, { time, nonce }))) {
    deps.onSuspicious({
      kind: 'wrong_signature',
      agent: id,
      detail: `${request.method} ${request.path}`,
    })
    return notAuthentic()
  }
  const serverTime = Math.round(deps.reactor.now())
  if (!(Math.abs(time - serverTime) <= SIGNATURE_AGE_MS_MAX)) {
    const detail = `The clock of the agent is ${Math.round((time - serverTime) / 1_000)} s off.`
    return refuseAgent('clock_differs', detail, { serverTime })
  }
  // Whether it may still call is read with each request, together with its nonce; only its key cannot change.
  const admitted = await deps.lookups.admit({ agent: id, nonce })
  if (admitted === undefined) return notAuthentic()
  if (!admitted.isFirst) {
    deps.onSuspicious({
      kind: 'repeated_request',
      agent: id,
      detail: `${request.method} ${request.path}`,
    })
    return refuseAgent('repeated', 'This request was seen before.')
  }
  if (deps.random() * SWEEP_EVERY < 1) await removeOldNonces(deps.pinned, 3 * SIGNATURE_AGE_MS_MAX)
  return answerAgent(admitted.agent)
}

async function learnKey(
  { keys, lookups }: { readonly keys: PublicKeys; readonly lookups: AgentLookups },
  id: AgentId,
): Promise<KeyObject | undefined> {
  const agent = await lookups.findAgent(id)
  return agent && keys.learn(id, agent.publicKey)
}

function notAuthentic(): RefusedAgent {
  return refuseAgent(
    'not_authentic',
    'The agent is not known here, or its signature is wrong. Enrol it again if it was meant to be known.',
  )
}

async function isSigned(
  agent: AgentId,
  key: KeyObject,
  request: SignedRequest,
  { time, nonce }: { readonly time: number; readonly nonce: string },
): Promise<boolean> {
  const { method, path, body } = request
  const text = signedText({ agent, method, path, bodySha256: hash('sha256', body), time, nonce })
  const signature = Buffer.from(header(request, AGENT_HEADERS.signature), 'base64url')
  return signature.length === 64 && (await verifyBeside(null, Buffer.from(text), key, signature))
}

function header(request: SignedRequest, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}
