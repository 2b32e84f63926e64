// Commands that were carried out before, by key.

import { uuidOf } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import type { Submitted } from '../../ports/reactor.ts'
import { readStored } from './stored-state.ts'
import type { Submission } from './submission.ts'

interface Answer {
  readonly root: string
  readonly id: string
  readonly version: number
}

interface Row {
  readonly ord: number
  readonly body_digest: string
  readonly answer: Answer
}

/**
 * The answers of those submissions whose key is taken: what was answered the first time, with the state of today, or the
 * refusal of a key that was used for something else.
 */
export async function findAnswers(
  client: ClientBase,
  keyed: readonly Submission[],
): Promise<Map<Submission, Submitted>> {
  const { rows } = await client.query<Row>({
    name: 'find_commands',
    text: `
      SELECT t.ord::int AS ord, c.body_digest, c.answer
      FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS t (project, key, ord)
      JOIN LATERAL (SELECT * FROM commands WHERE project_id = t.project AND key = t.key) c ON true`,
    values: [
      keyed.map(({ place }) => place.project),
      keyed.map(({ options }) => options.key?.key ?? ''),
    ],
  })
  const answers = new Map<Submission, Submitted>()
  for (const { ord, body_digest: digest, answer } of rows) {
    const submission = keyed[ord - 1]
    if (submission === undefined) continue
    if (digest !== submission.options.key?.bodyDigest) {
      answers.set(submission, { ok: false, refusal: 'key_reused' })
      continue
    }
    answers.set(submission, await repeat(client, submission.place.project, answer))
  }
  return answers
}

async function repeat(client: ClientBase, project: number, answer: Answer): Promise<Submitted> {
  const { root, id, version } = answer
  const place = { project, root: uuidOf(root), id: uuidOf(id) }
  const stored = (await readStored(client, [place])).get(place.id)
  if (stored === undefined) return { ok: false, refusal: 'not_found' }
  const target = { project, root, id }
  return { ok: true, target, version, state: stored.state, repeated: true }
}
