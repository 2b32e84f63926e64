import type { JsonValue } from '@lockstep/domain'
import type { Commands } from '../ports/commands.ts'

/** Ordinary writes keep their keys under the system; the keys say who asked. */
const SYSTEM = 0

export const commands: Commands = {
  async take(tx, { key, bodyDigest }) {
    const { rowCount } = await tx.query(
      `INSERT INTO commands (project_id, key, body_digest, answer, at) VALUES ($1, $2, $3, 'null', now()) ON CONFLICT DO NOTHING`,
      [SYSTEM, key, bodyDigest],
    )
    if (rowCount === 1) return { kind: 'first' }
    const { rows } = await tx.query<{ body_digest: string; answer: JsonValue }>(
      'SELECT body_digest, answer FROM commands WHERE project_id = $1 AND key = $2',
      [SYSTEM, key],
    )
    const [row] = rows
    if (row === undefined || row.body_digest !== bodyDigest) return { kind: 'reused' }
    return { kind: 'repeated', answer: row.answer }
  },
  async keep(tx, { key }, answer) {
    await tx.query('UPDATE commands SET answer = $3 WHERE project_id = $1 AND key = $2', [
      SYSTEM,
      key,
      JSON.stringify(answer),
    ])
  },
}
