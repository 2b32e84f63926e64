// Tokens and assignments for simulated agents, written as a person's commands would write them.

import { setTimeout as delay } from 'node:timers/promises'
import { idOf } from '@lockstep/domain'
import type { Pool } from 'pg'
import { assignAgent, createEnrolment } from '../packages/server/src/postgres/agents/agents.ts'

export interface EnrolledName {
  readonly name: string
  readonly token: string
}

/** Makes projects with the numbers 1 to this one. */
export async function createProjects(pool: Pool, count: number): Promise<void> {
  await pool.query(
    `INSERT INTO projects (id, name, title)
     SELECT gen_random_uuid(), 'bench-' || n, 'Bench' FROM generate_series(1, $1) AS n`,
    [count],
  )
}

export async function createTokens(
  pool: Pool,
  count: number,
  label: string,
): Promise<readonly EnrolledName[]> {
  const names: EnrolledName[] = []
  for (let n = 1; n <= count; n += 1) {
    const name = `agent-${n}`
    const { token } = await createEnrolment(pool, { name, labels: [label], by: 'bench' })
    names.push({ name, token })
  }
  return names
}

/** Waits until so many agents have enrolled, and lets them work in all projects. */
export async function assignAll(pool: Pool, count: number): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ id: string }>('SELECT id FROM agents')
    if (rows.length >= count) break
    await delay(20)
  }
  const { rows: agents } = await pool.query<{ id: string }>('SELECT id FROM agents')
  const { rows: projects } = await pool.query<{ number: number }>('SELECT number FROM projects')
  for (const { id } of agents) {
    for (const { number: project } of projects) {
      await assignAgent(pool, { agent: idOf('agt', id), project, environment: null, by: 'bench' })
    }
  }
}
