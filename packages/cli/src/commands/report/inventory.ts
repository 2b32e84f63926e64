import { viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentDated, timeOf } from '../../present/time.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { giveReport, OUT_FLAG } from './report.ts'

export const reportInventoryAt = command({
  words: 'report inventory',
  flags: {
    at: { type: 'text', value: 'TIME', summary: 'as of this moment; now, without it' },
    environment: { type: 'text', value: 'ENVIRONMENT', summary: 'only this environment' },
    ...OUT_FLAG,
  },
  summary: 'Report what ran where at a moment, and which run put it there',
  examples: [
    'lockstep report inventory --at 2026-11-30 --out november.html',
    'lockstep report inventory --environment production --json',
  ],
  async run(context, _input, flags) {
    const client = await context.connect()
    const view = viewOf(context)
    const at = timeOf('at', flags.at, view)
    const { at: asOf, items } = await client.showInventory({
      ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
      ...(flags.environment === undefined
        ? {}
        : { environment: (await findEnvironment(context, client, flags.environment)).id }),
    })
    return giveReport(
      context,
      {
        title: 'Inventory',
        covers: `as of ${presentDated(asOf, view.zone)}, ${view.zone}`,
        rows: items,
        columns: [
          {
            title: 'environment',
            value: ({ project, environmentName }) => `${project}/${environmentName}`,
          },
          { title: 'application', value: ({ application }) => application },
          { title: 'component', value: ({ component }) => component },
          { title: 'place', value: ({ resource }) => resource },
          { title: 'runs', value: ({ reported }) => reported?.version ?? 'nothing' },
          { title: 'verified', value: ({ verified }) => (verified ? 'yes' : 'no'), goes: 2 },
          {
            title: 'since',
            value: ({ since }) => presentDated(since, view.zone),
            goes: 3,
          },
          { title: 'put there by', value: ({ putBy }) => putBy ?? '', goes: 1 },
          ...(flags.out === undefined
            ? []
            : [
                {
                  title: 'digest',
                  value: ({ reported }: (typeof items)[number]) => reported?.digest ?? '',
                },
              ]),
        ],
        empty: 'Nothing runs anywhere that you may see.',
      },
      flags.out,
    )
  },
})
