import { idOf, uuidOf } from '@lockstep/domain'
import type { GroupRecord, GroupStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { moveEpoch, PEOPLE_GUARD } from '../guards.ts'
import { bounds, instantOf } from './row.ts'
import { USER_COLUMNS, userFrom } from './users.ts'

interface GroupRow {
  id: string
  name: string
  title: string
  members: number
  created_at: Date
  version: number
}

const SELECT = `SELECT g.id, g.name, g.title, g.created_at, g.version,
  (SELECT count(*)::int FROM members m WHERE m.group_id = g.id) AS members FROM groups g`

function groupFrom(row: GroupRow): GroupRecord {
  return {
    id: idOf('grp', row.id),
    name: row.name,
    title: row.title,
    members: row.members,
    createdAt: instantOf(row.created_at),
    version: row.version,
  }
}

export function groupStore(tx: Tx): GroupStore {
  const regroup = async (id: string): Promise<void> => {
    await tx.query('UPDATE groups SET version = version + 1 WHERE id = $1', [uuidOf(id)])
    await moveEpoch(tx, PEOPLE_GUARD)
  }
  return {
    async find(id) {
      const { rows } = await tx.query<GroupRow>(`${SELECT} WHERE id = $1`, [uuidOf(id)])
      return rows[0] && groupFrom(rows[0])
    },
    async list(slice, { name }) {
      const { rows } = await tx.query<GroupRow>(
        `${SELECT} WHERE id > $1 AND ($3::text IS NULL OR name = $3) ORDER BY id LIMIT $2`,
        [...bounds(slice), name ?? null],
      )
      return rows.map(groupFrom)
    },
    async insert({ id, name, title }) {
      const { rowCount } = await tx.query(
        'INSERT INTO groups (id, name, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [uuidOf(id), name, title],
      )
      return rowCount === 1 ? undefined : 'name_taken'
    },
    async members(id, slice) {
      const { rows } = await tx.query<Parameters<typeof userFrom>[0]>(
        `SELECT ${USER_COLUMNS} FROM members m JOIN users u ON u.id = m.user_id WHERE u.id > $1 AND m.group_id = $3 ORDER BY u.id LIMIT $2`,
        [...bounds(slice), uuidOf(id)],
      )
      return rows.map(userFrom)
    },
    async addMember(id, user) {
      const { rowCount } = await tx.query(
        `INSERT INTO members (group_id, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING`,
        [uuidOf(id), uuidOf(user)],
      )
      if (rowCount === 1) await regroup(id)
      return rowCount === 1
    },
    async removeMember(id, user) {
      const { rowCount } = await tx.query(
        'DELETE FROM members WHERE group_id = $1 AND user_id = $2',
        [uuidOf(id), uuidOf(user)],
      )
      if (rowCount === 1) await regroup(id)
      return rowCount === 1
    },
    async groupsOf(user) {
      const { rows } = await tx.query<{ id: string; name: string }>(
        'SELECT g.id, g.name FROM members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = $1 ORDER BY g.name',
        [uuidOf(user)],
      )
      return rows.map(({ id, name }) => ({ id: idOf('grp', id), name }))
    },
  }
}
