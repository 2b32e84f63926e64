// Becoming known: an agent shows a one-time token and the public part of the key that it made for itself.
import * as z from 'zod/mini'
import { AgentIdText, AgentName, Labels } from './value.ts'

export const EnrolRequest = z.strictObject({
  token: z.string().check(z.regex(/^lse_[A-Za-z0-9_-]{16,200}$/)),
  name: AgentName,
  labels: Labels,
  /** Ed25519, as base64url of its 32 bytes. */
  publicKey: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)),
  protocol: z.int().check(z.gte(1)),
  version: z.string().check(z.maxLength(100)),
  platform: z.string().check(z.maxLength(100)),
})
export type EnrolRequest = z.infer<typeof EnrolRequest>

/** Repeating the request with the same key gives the same answer; the token is used up for everybody else. */
export const EnrolAnswer = z.strictObject({
  agent: AgentIdText,
  name: AgentName,
  /** What the server lets this agent be: what it asked for, limited by the token. */
  labels: Labels,
  serverTime: z.int(),
})
export type EnrolAnswer = z.infer<typeof EnrolAnswer>
