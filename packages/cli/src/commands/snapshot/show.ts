import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Snapshot } from '../../documents.ts'
import { presentTable, shortDigest } from '../../present/layout.ts'
import { presentTime } from '../../present/time.ts'
import { findSnapshot } from './find-snapshot.ts'

export const showSnapshot = command({
  words: 'snapshot show',
  arguments: { snapshot: { shown: 'APP:VERSION' } },
  summary: 'Show the components, contracts and processes of a snapshot',
  examples: [
    'lockstep snapshot show data-backend:2.0.0-rc.6',
    'lockstep snapshot show backend/data-backend:2.0.0-rc.6 --json',
  ],
  async run(context, { snapshot: address }) {
    const client = await context.connect()
    const snapshot = await findSnapshot(context, client, address)
    const { application, version, digest, madeBy, at } = snapshot
    const head = [
      `${application}:${version}   ${digest}`,
      `made ${madeBy === null ? '' : `by ${madeBy}, `}${presentTime(at, viewOf(context))}`,
    ]
    const table = presentTable(
      [
        { title: 'component', value: ({ name }) => name },
        { title: 'version', value: (component) => component.version },
        {
          title: 'bytes',
          value: ({ sizeBytes }) => sizeBytes.toLocaleString('en'),
          align: 'right',
        },
        { title: 'provides', value: ({ provides }) => contracts(provides), goes: 2 },
        { title: 'requires', value: ({ requires }) => contracts(requires), goes: 1 },
        { title: 'digest', value: (component) => shortDigest(component.digest) },
      ],
      snapshot.components,
      context.terminal.width(),
    )
    return answer(context, snapshot, [head.join('\n'), table].join('\n\n'))
  },
})

function contracts(of: Snapshot['components'][number]['provides']): string {
  return Object.entries(of)
    .map(([name, range]) => `${name} ${range}`)
    .join(', ')
}
