import { idOf, uuidOf } from '@lockstep/domain'
import type { ProjectRecord, ProjectStore } from '../../ports/people.ts'
import type { Tx } from '../../ports/transaction.ts'
import { bounds, instantOf } from './row.ts'

interface ProjectRow {
  id: string
  number: number
  name: string
  title: string
  created_at: Date
  version: number
}

function projectFrom(row: ProjectRow): ProjectRecord {
  return {
    id: idOf('prj', row.id),
    number: row.number,
    name: row.name,
    title: row.title,
    createdAt: instantOf(row.created_at),
    version: row.version,
  }
}

export function projectStore(tx: Tx): ProjectStore {
  return {
    async find(id) {
      const { rows } = await tx.query<ProjectRow>('SELECT * FROM projects WHERE id = $1', [
        uuidOf(id),
      ])
      return rows[0] && projectFrom(rows[0])
    },
    async list(slice, { name, projects }) {
      const { rows } = await tx.query<ProjectRow>(
        `SELECT * FROM projects WHERE id > $1 AND ($3::text IS NULL OR name = $3)
           AND ($4::uuid[] IS NULL OR id = ANY($4)) ORDER BY id LIMIT $2`,
        [...bounds(slice), name ?? null, projects === 'all' ? null : projects.map(uuidOf)],
      )
      return rows.map(projectFrom)
    },
    async insert({ id, name, title }) {
      const { rowCount } = await tx.query(
        'INSERT INTO projects (id, name, title) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
        [uuidOf(id), name, title],
      )
      return rowCount === 1 ? undefined : 'name_taken'
    },
    async update(id, version, title) {
      const { rows } = await tx.query<ProjectRow>(
        'UPDATE projects SET title = $3, version = version + 1 WHERE id = $1 AND version = $2 RETURNING *',
        [uuidOf(id), version, title],
      )
      return rows[0] && projectFrom(rows[0])
    },
  }
}
