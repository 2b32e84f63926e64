// Ordinary changes: one transaction, once per idempotency key, with their line in the audit trail.

import { randomUUIDv7 } from 'node:crypto'
import { refused, type AnyRoute } from '@lockstep/contract'
import { idOf, type Actor, type JsonValue } from '@lockstep/domain'
import type { AuditTrail } from '../ports/audit.ts'
import type { Commands } from '../ports/commands.ts'
import type { People } from '../ports/people.ts'
import type { CommandKey } from '../ports/reactor.ts'
import type { Tx } from '../ports/transaction.ts'
import type { InTransaction, Write } from '../ports/write.ts'

export interface WriteDeps {
  readonly transact: <Result>(
    work: (tx: Tx) => Promise<Result>,
    keep: (result: Result) => boolean,
  ) => Promise<Result>
  readonly peopleOn: (tx: Tx) => People
  readonly commands: Commands
  readonly audit: AuditTrail
}

export interface WriteFrame {
  readonly route: Pick<AnyRoute, 'secretAnswer'>
  readonly actor: Actor
  readonly origin: {
    readonly address: string
    readonly client: string
    readonly session: string | null
  }
  readonly command: CommandKey | undefined
}

/** What is kept of an answer under an idempotency key. */
type Kept = { readonly secret: true } | { readonly value: JsonValue }

/** The `inTransaction` of one request. */
export function writeOnce(deps: WriteDeps, frame: WriteFrame): InTransaction {
  return <Result extends { readonly ok: boolean }>(
    work: (write: Write) => Promise<Result>,
  ): Promise<Result> =>
    deps.transact(
      (tx) => once(deps, frame, tx, () => work(writeOn(deps, frame, tx))),
      (result) => result.ok,
    )
}

async function once<Result extends { readonly ok: boolean }>(
  { commands }: WriteDeps,
  { command, route }: WriteFrame,
  tx: Tx,
  work: () => Promise<Result>,
): Promise<Result> {
  if (command === undefined) return work()
  const taken = await commands.take(tx, command)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is kept under a key is what this route answered to the same body
  if (taken.kind !== 'first') return replay(taken) as Result
  const result = await work()
  if (!result.ok) return result
  const kept: Kept = route.secretAnswer
    ? { secret: true }
    : { value: 'value' in result ? toJson(result.value) : null }
  await commands.keep(tx, command, kept)
  return result
}

function replay(
  taken: { readonly kind: 'reused' } | { readonly kind: 'repeated'; readonly answer: JsonValue },
): unknown {
  if (taken.kind === 'reused') {
    return refused(
      'idempotency_key_reused',
      'This Idempotency-Key was used for a request with another body. Each new request has a key of its own.',
    )
  }
  const { answer } = taken
  if (typeof answer === 'object' && answer !== null && 'value' in answer)
    return { ok: true, value: answer['value'] }
  return refused(
    'answer_not_kept',
    'This request was carried out before. Its answer held a secret, which is shown once and not kept; make another.',
  )
}

function toJson(value: unknown): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON.parse gives JSON
  return (value === undefined ? null : JSON.parse(JSON.stringify(value))) as JsonValue
}

function writeOn(deps: WriteDeps, { actor, origin }: WriteFrame, tx: Tx): Write {
  return {
    tx,
    people: deps.peopleOn(tx),
    actor,
    origin,
    async record(entry) {
      await deps.audit.append(tx, { project: 0, actor, ...entry, origin })
    },
  }
}

/** A fresh request id. */
export function newRequestId(): string {
  return idOf('req', randomUUIDv7())
}
