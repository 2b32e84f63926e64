import type { Digest, Plan } from '@lockstep/domain'
import type { ClientBase } from 'pg'

/**
 * Stores a plan under the digest of its canonical text. Plans are immutable: one that is there already is left alone.
 * It must be committed before an event names it.
 */
export async function savePlan(
  client: Pick<ClientBase, 'query'>,
  digest: Digest,
  plan: Plan,
): Promise<void> {
  await client.query(
    `INSERT INTO plans (digest, kind, body) VALUES ($1, $2, $3) ON CONFLICT (digest) DO NOTHING`,
    [digest, plan.kind, JSON.stringify(plan)],
  )
}

/** The plan with this digest, or undefined. */
export async function findPlan(
  client: Pick<ClientBase, 'query'>,
  digest: string,
): Promise<Plan | undefined> {
  const { rows } = await client.query<{ body: Plan }>('SELECT body FROM plans WHERE digest = $1', [
    digest,
  ])
  return rows[0]?.body
}
