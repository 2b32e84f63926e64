import { viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { markOf } from '../../terminal/style.ts'
import { presentDated } from '../../present/time.ts'
import { findEnvironment } from '../environment/find-environment.ts'
import { coversOf, giveReport, PERIOD_FLAGS, periodOf, projectFilter, readAll } from './report.ts'

export const reportDeployments = command({
  words: 'report deployments',
  flags: {
    ...PERIOD_FLAGS,
    environment: { type: 'text', value: 'ENVIRONMENT', summary: 'only those to this environment' },
  },
  summary: 'Report what was deployed where, by which run, and how it ended',
  examples: [
    'lockstep report deployments --from 2026-11-01 --to 2026-12-01 --out november.html',
    'lockstep report deployments --environment production --json',
  ],
  async run(context, _input, flags) {
    const client = await context.connect()
    const period = periodOf(context, flags)
    const filter = {
      ...period,
      ...(await projectFilter(context)),
      ...(flags.environment === undefined
        ? {}
        : { environment: (await findEnvironment(context, client, flags.environment)).id }),
    }
    const rows = await readAll(context, (page) => client.listDeployments({ ...filter, ...page }))
    const { zone } = viewOf(context)
    return giveReport(
      context,
      {
        title: 'Deployments',
        covers: coversOf(context, period, context.server ?? ''),
        rows,
        columns: [
          { title: 'when', value: ({ at }) => presentDated(at, zone) },
          { title: 'environment', value: ({ environment }) => environment },
          { title: 'application', value: ({ application }) => application },
          { title: 'from', value: ({ from }) => from ?? 'nothing' },
          { title: 'to', value: ({ to, process }) => to ?? process },
          { title: 'ended', value: ({ state }) => `${markOf(state)} ${state}` },
          { title: 'run', value: ({ run }) => run ?? '', goes: 2 },
          { title: 'by', value: ({ by }) => by ?? '', goes: 1 },
        ],
        empty: 'Nothing was deployed.',
      },
      flags.out,
    )
  },
})
