import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Snapshot } from '../../documents.ts'
import { presentTable, shortDigest } from '../../present/layout.ts'
import { findSnapshot } from './find-snapshot.ts'

export const diffSnapshots = command({
  words: 'snapshot diff',
  arguments: { from: { shown: 'A' }, to: { shown: 'B' } },
  summary: 'Show what differs between two snapshots',
  examples: [
    'lockstep snapshot diff data-backend:1.12.3 data-backend:2.0.0',
    'lockstep snapshot diff data-backend:1.12.3 data-backend:2.0.0 --json',
  ],
  async run(context, { from, to }) {
    const client = await context.connect()
    const before = await findSnapshot(context, client, from)
    const after = await findSnapshot(context, client, to)
    const differing = differences(before, after)
    if (differing.length === 0) {
      return answer(context, { before, after }, 'The same bytes, and the same processes.')
    }
    const table = presentTable(
      [
        { title: '', value: ({ name }) => name },
        { title: 'from', value: (one) => one.from },
        { title: 'to', value: (one) => one.to },
      ],
      differing,
      context.terminal.width(),
    )
    return answer(context, { before, after }, table)
  },
})

interface Difference {
  readonly name: string
  readonly from: string
  readonly to: string
}

function differences(before: Snapshot, after: Snapshot): Difference[] {
  const components = compare(
    new Map(
      before.components.map(({ name, version, digest }) => [
        name,
        `${version} ${shortDigest(digest)}`,
      ]),
    ),
    new Map(
      after.components.map(({ name, version, digest }) => [
        name,
        `${version} ${shortDigest(digest)}`,
      ]),
    ),
    'component',
  )
  const processes = compare(
    new Map(Object.entries(before.processes).map(([name, digest]) => [name, shortDigest(digest)])),
    new Map(Object.entries(after.processes).map(([name, digest]) => [name, shortDigest(digest)])),
    'process',
  )
  return [...components, ...processes]
}

function compare(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  thing: string,
): Difference[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({
      name: `${thing} ${name}`,
      from: before.get(name) ?? 'nothing',
      to: after.get(name) ?? 'nothing',
    }))
}
