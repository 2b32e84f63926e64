// Messages between aggregates that nobody has handed on: their node died, or their target's root was not known.

import type { AnyEvent } from '@lockstep/domain'
import type { ClientBase } from 'pg'
import { isOurs } from './nodes.ts'
import type { Share } from './nodes.ts'
import { PAGE_MAX } from './queue.ts'
import type { InboxKey, Submission } from './submission.ts'

/** A younger message is on its way in the memory of the node that wrote it. */
const REST_MS = 500
/** Whoever's share it is, an old one is taken by anybody. */
const ANYBODY_MS = 5_000

interface Row {
  readonly project_id: number
  readonly root_id: string
  readonly source_id: string
  readonly source_seq: number
  readonly ordinal: number
  readonly target_root_id: string
  readonly target_id: string
  readonly target_project: number | null
  readonly event: AnyEvent
}

/** Old messages in order, except to aggregates that are set aside. */
export async function readMessages(
  client: ClientBase,
  share: Share,
): Promise<readonly Submission[]> {
  const { rows } = await client.query<Row>({
    name: 'read_messages',
    text: `
      SELECT i.*, (SELECT project_id FROM aggregates WHERE root_id = i.target_root_id AND parent_id IS NULL) AS target_project
      FROM inbox i
      WHERE i.at < now() - make_interval(secs => ${REST_MS / 1000})
        AND (${isOurs('i.target_root_id')} OR i.at < now() - make_interval(secs => ${ANYBODY_MS / 1000}))
        AND NOT EXISTS (SELECT FROM aggregates a WHERE a.id = i.target_id AND a.fault IS NOT NULL)
      ORDER BY i.at LIMIT ${PAGE_MAX}`,
    values: [share.nodes, share.index],
  })
  return rows.map((row) => {
    const key: InboxKey = {
      project: row.project_id,
      root: row.root_id,
      source: row.source_id,
      seq: row.source_seq,
      ordinal: row.ordinal,
    }
    // Without such a root it is refused as `not_found` and kept as evidence.
    const project = row.target_project ?? row.project_id
    return message(key, { project, root: row.target_root_id, id: row.target_id }, row.event)
  })
}

/** The project of a root, or undefined when there is none. */
export async function findProjectOfRoot(
  client: Pick<ClientBase, 'query'>,
  root: string,
): Promise<number | undefined> {
  const { rows } = await client.query<{ project_id: number }>({
    name: 'find_project_of_root',
    text: 'SELECT project_id FROM aggregates WHERE root_id = $1 AND parent_id IS NULL',
    values: [root],
  })
  return rows[0]?.project_id
}

/** The submission of a message. It is a consequence of a rule, whoever made its cause happen. */
export function message(inbox: InboxKey, place: Submission['place'], event: AnyEvent): Submission {
  return { place, event, by: 'rule', options: {}, owned: [], inbox, tries: 0 }
}
