import { idOf, uuidOf, type UserId } from '@lockstep/domain'
import type { ServiceAccountRecord, ServiceAccountStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { bounds, idOrNull, instantOf, uuidOrNull } from './row.ts'

interface AccountRow {
  id: string
  name: string
  title: string
  project_id: string | null
  owners: string[]
  disabled_at: Date | null
  created_at: Date
  version: number
}

const SELECT = `SELECT s.id, s.name, s.title, s.project_id, s.disabled_at, s.created_at, s.version,
  ARRAY(SELECT o.user_id::text FROM service_account_owners o WHERE o.service_account_id = s.id ORDER BY 1) AS owners
  FROM service_accounts s`

function accountFrom(row: AccountRow): ServiceAccountRecord {
  return {
    id: idOf('svc', row.id),
    name: row.name,
    title: row.title,
    project: idOrNull('prj', row.project_id),
    owners: row.owners.map((uuid) => idOf('usr', uuid)),
    disabled: row.disabled_at !== null,
    createdAt: instantOf(row.created_at),
    version: row.version,
  }
}

export function serviceAccountStore(tx: Tx): ServiceAccountStore {
  const setOwners = async (id: string, owners: readonly UserId[]): Promise<void> => {
    await tx.query('DELETE FROM service_account_owners WHERE service_account_id = $1', [id])
    await tx.query(
      'INSERT INTO service_account_owners (service_account_id, user_id) SELECT $1, unnest($2::uuid[])',
      [id, [...new Set(owners)].map(uuidOf)],
    )
  }
  const find: ServiceAccountStore['find'] = async (id) => {
    const { rows } = await tx.query<AccountRow>(`${SELECT} WHERE s.id = $1`, [uuidOf(id)])
    return rows[0] && accountFrom(rows[0])
  }
  return {
    find,
    async list(slice, { projects }) {
      const { rows } = await tx.query<AccountRow>(
        `${SELECT} WHERE s.id > $1 AND ($3::uuid[] IS NULL OR s.project_id = ANY($3)) ORDER BY s.id LIMIT $2`,
        [...bounds(slice), projects === 'all' ? null : projects.map(uuidOf)],
      )
      return rows.map(accountFrom)
    },
    async insert({ id, name, title, project, owners }) {
      const { rowCount } = await tx.query(
        'INSERT INTO service_accounts (id, name, title, project_id) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
        [uuidOf(id), name, title, uuidOrNull(project)],
      )
      if (rowCount === 0) return 'name_taken'
      await setOwners(uuidOf(id), owners)
      return undefined
    },
    async update(id, version, { title, owners, disabled }) {
      const { rowCount } = await tx.query(
        `UPDATE service_accounts SET title = coalesce($3, title), version = version + 1,
           disabled_at = CASE $4::boolean WHEN true THEN coalesce(disabled_at, now()) WHEN false THEN NULL ELSE disabled_at END
         WHERE id = $1 AND version = $2`,
        [uuidOf(id), version, title ?? null, disabled ?? null],
      )
      if (rowCount === 0) return undefined
      if (owners !== undefined) await setOwners(uuidOf(id), owners)
      return find(id)
    },
  }
}
