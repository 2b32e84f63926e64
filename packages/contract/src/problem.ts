// Every way in which a request is refused: code → HTTP status and title. The one table; server, client and command line derive from it.

import * as z from 'zod/mini'

interface ProblemKind {
  readonly status: number
  readonly title: string
}

/**
 * 400 not understood · 401 signed out · 403 seen but not allowed · 404 not there, or not to be known of · 409 wrong state ·
 * 412 out of date · 413, 415 before reading · 422 understood and not acceptable · 428 condition missing · 429, 503 later.
 * Codes of reducers' refusals stand here under the same name. Add a line under its noun.
 */
export const PROBLEMS = {
  // the request itself
  malformed_request: { status: 400, title: 'This request cannot be read' },
  unknown_field: { status: 400, title: 'A field is not known here' },
  invalid_field: { status: 400, title: 'A field has a value that is not allowed' },
  method_not_allowed: { status: 405, title: 'This address does not take this method' },
  not_found: { status: 404, title: 'There is nothing here' },
  request_too_slow: { status: 408, title: 'This request did not arrive in time' },
  request_too_large: { status: 413, title: 'This request is too large' },
  address_too_long: { status: 414, title: 'This address is too long' },
  unsupported_media_type: { status: 415, title: 'This content type is not taken' },
  headers_too_large: { status: 431, title: 'The headers of this request are too large' },
  idempotency_key_reused: {
    status: 422,
    title: 'This idempotency key was used for another request',
  },
  answer_not_kept: { status: 409, title: 'This was done, and its answer held a secret' },
  condition_missing: { status: 428, title: 'Say which version you change' },
  out_of_date: { status: 412, title: 'This has changed since you read it' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  busy: { status: 503, title: 'The server has too much to do' },
  stopping: { status: 503, title: 'The server is stopping' },
  storage_unavailable: { status: 503, title: 'The database does not answer' },
  fault: { status: 500, title: 'Something went wrong here' },
  outside_fault: { status: 502, title: 'Another system did not answer as it should' },

  // who asks
  not_set_up: { status: 503, title: 'Nobody can sign in yet' },
  not_signed_in: { status: 401, title: 'Sign in first' },
  sign_in_failed: { status: 401, title: 'Name or password is wrong' },
  sign_in_delayed: { status: 429, title: 'Too many wrong passwords' },
  sign_in_needs_https: { status: 403, title: 'Signing in needs https' },
  cross_site: { status: 403, title: 'This request came from another site' },
  forbidden: { status: 403, title: 'Not allowed' },
  token_cannot: { status: 403, title: 'A token cannot do this' },
  person_required: { status: 403, title: 'This needs a person who is signed in' },
  setup_code_wrong: { status: 404, title: 'This link cannot be used' },

  // people
  password_too_weak: { status: 422, title: 'This password is too easy to guess' },
  password_wrong: { status: 403, title: 'The current password is wrong' },
  invitation_wrong: { status: 404, title: 'This link cannot be used' },
  name_taken: { status: 409, title: 'This name is taken' },
  email_taken: { status: 409, title: 'This address is taken' },
  last_administrator: { status: 409, title: 'One administrator has to remain' },
  cannot_change_yourself: { status: 403, title: 'Somebody else has to do this for you' },
  role_not_confirmed: { status: 403, title: 'Somebody else has to confirm this role first' },
  role_not_yet: { status: 403, title: 'This role does not count yet' },
  role_not_for_this: { status: 422, title: 'This role is not granted here' },
  already_granted: { status: 409, title: 'This role is granted already' },
  unknown_reference: { status: 422, title: 'This names something that is not there' },
  token_exceeds_parent: { status: 403, title: 'A token cannot give more than it has' },
  token_not_from_here: { status: 403, title: 'This token does not work from this address' },
  token_expired: { status: 401, title: 'This token has expired or was revoked' },
  too_many: { status: 422, title: 'There are too many of these' },

  // definitions
  definition_invalid: { status: 422, title: 'The definitions have mistakes; nothing was applied' },
  revision_moved: { status: 409, title: 'The definitions have changed since they were compared' },
  owned_by_another_source: { status: 409, title: 'Another source owns this definition' },
  breaks_others: { status: 409, title: 'This breaks definitions of another project' },
  deletion_not_confirmed: { status: 409, title: 'A deletion has to be confirmed' },
  repository_in_use: { status: 409, title: 'Pipelines use this repository' },
  definition_in_use: { status: 409, title: 'This definition is in use' },

  // plans and runs
  plan_refused: { status: 422, title: 'No plan can be made' },
  plan_unknown: { status: 422, title: 'There is no plan with this digest' },
  plan_outdated: { status: 409, title: 'Reality has moved since this plan was made' },
  wrong_state: { status: 409, title: 'This is not possible in the present state' },
  not_compatible: { status: 409, title: 'Something in the field would have no partner' },
  fault_set_aside: { status: 409, title: 'This run was set aside after a fault' },

  // gates
  starter_cannot_approve: { status: 403, title: 'Who starts a run does not approve it' },
  editor_cannot_approve: { status: 403, title: 'Who edited this does not approve it' },
  owner_of_token_cannot_approve: {
    status: 403,
    title: 'Whose token started this does not approve it',
  },
  not_an_approver: { status: 403, title: 'You are not an approver of this gate' },
  approver_role_missing: { status: 403, title: 'You do not hold the role approver here' },
  password_new: { status: 403, title: 'Your password came by a link less than an hour ago' },
  already_decided: { status: 409, title: 'You have decided already' },
  gate_not_waiting: { status: 409, title: 'This gate does not wait' },
  covers_changed: { status: 409, title: 'What this approval covers has changed' },
  comment_missing: { status: 422, title: 'Say why' },

  // things that are delivered
  secrets_unavailable: { status: 409, title: 'This server cannot keep secrets' },
  signature_wrong: { status: 422, title: 'No trusted key has made this signature' },
  artifact_version_taken: { status: 409, title: 'This version exists with other bytes' },
  digest_mismatch: { status: 422, title: 'The bytes are not the ones that were announced' },
  storage_full: { status: 507, title: 'There is no room' },
  artifact_too_large: { status: 413, title: 'These bytes are too many' },
  upload_offset_wrong: { status: 409, title: 'The upload continues at another place' },
  time_to_come: { status: 422, title: 'This time is still to come' },
  environment_locked: { status: 409, title: 'This environment is locked' },
  environment_frozen: { status: 409, title: 'This environment is frozen' },
} as const satisfies Readonly<Record<string, ProblemKind>>

export type ProblemCode = keyof typeof PROBLEMS
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a const object are exactly its codes
export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[]

/** Codes that any route may answer; a route lists only what is special to it. */
export const COMMON_PROBLEMS = [
  'malformed_request',
  'unknown_field',
  'invalid_field',
  'not_found',
  'not_signed_in',
  'forbidden',
  'token_cannot',
  'cross_site',
  'out_of_date',
  'unknown_reference',
  'idempotency_key_reused',
  'too_many_requests',
  'busy',
  'fault',
] as const satisfies readonly ProblemCode[]
export type CommonProblem = (typeof COMMON_PROBLEMS)[number]

export const PROBLEM_MEDIA_TYPE = 'application/problem+json'

/** What a refused request is answered with (RFC 9457): `code` for programs, `detail` for people, `requestId` for support, and fields of its own. */
export const Problem = z.looseObject({
  type: z.string(),
  status: z.int(),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  requestId: z.string(),
})
export type Problem = z.output<typeof Problem>

/** More that helps with a refusal, as fields of the problem. */
export type ProblemFields = Readonly<Record<string, unknown>>

/** The problem document for a code. Fields come between the words for people and the request id; they cannot overwrite either. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  fields: ProblemFields = {},
): Problem {
  const { status, title } = PROBLEMS[code]
  const head = { type: `urn:lockstep:problem:${code}`, status, code, title, detail }
  return { ...head, ...withoutKeys(fields, head), requestId }
}

function withoutKeys(
  fields: ProblemFields,
  head: Readonly<Record<string, unknown>>,
): ProblemFields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !(key in head)))
}
