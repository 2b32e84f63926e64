// What both ends of the agent protocol must agree on beside the shape of messages.

/** Version of the protocol that this code speaks. A server answers agents of this and the two versions before. */
export const AGENT_PROTOCOL = 1

/** Where agents call. */
export const AGENT_PATH = '/agent/v1'

/** The longest that a server holds a poll, and how long a lease lives without one. */
export const POLL_HOLD_MS = { least: 20_000, most: 25_000 } as const
export const LEASE_MS = 60_000

/** Most bytes in one log append, in one part of an upload, and marks of time in one log append. */
export const LOG_CHUNK_BYTES_MAX = 256 * 1024
export const UPLOAD_CHUNK_BYTES_MAX = 4 * 1024 * 1024
export const LOG_MARKS_MAX = 400

/** What one job may write into its log before the rest is left out, with a notice in the log. */
export const LOG_BYTES_MAX = 1024 * 1024 * 1024

/** How far the clock of an agent may be from the server's when it signs. */
export const SIGNATURE_AGE_MS_MAX = 120_000

/** Headers of a signed request, and of a log append. */
export const AGENT_HEADERS = {
  agent: 'lockstep-agent',
  time: 'lockstep-time',
  nonce: 'lockstep-nonce',
  signature: 'lockstep-signature',
  marks: 'lockstep-log-marks',
} as const

/** Every address of the protocol, as the agent asks for it and as it is signed. */
export const agentPaths = {
  enrol: () => `${AGENT_PATH}/enrol`,
  poll: () => `${AGENT_PATH}/poll`,
  start: (job: string) => `${AGENT_PATH}/jobs/${job}/start`,
  log: (job: string, fence: number, offset: number) =>
    `${AGENT_PATH}/jobs/${job}/log?fence=${fence}&offset=${offset}`,
  finish: (job: string) => `${AGENT_PATH}/jobs/${job}/finish`,
  download: (job: string, fence: number, digest: string) =>
    `${AGENT_PATH}/jobs/${job}/blobs/${digest}?fence=${fence}`,
  beginUpload: (job: string, digest: string) => `${AGENT_PATH}/jobs/${job}/blobs/${digest}`,
  upload: (job: string, digest: string, fence: number, offset: number) =>
    `${AGENT_PATH}/jobs/${job}/blobs/${digest}?fence=${fence}&offset=${offset}`,
} as const

/** What is signed with the agent's key, so that a request cannot be altered, redirected or sent twice. */
export interface SignedParts {
  readonly agent: string
  readonly method: string
  /** Path with its query, as sent. */
  readonly path: string
  /** Hexadecimal SHA-256 of the body; of nothing when there is none. */
  readonly bodySha256: string
  /** Milliseconds since 1970, by the agent's clock corrected by what the server last said. */
  readonly time: number
  readonly nonce: string
}

/** The text under the signature of a request. */
export function signedText(parts: SignedParts): string {
  const { agent, method, path, bodySha256, time, nonce } = parts
  return ['lockstep-agent-1', agent, method, path, bodySha256, String(time), nonce].join('\n')
}
