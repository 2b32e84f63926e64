import { viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentDated } from '../../present/time.ts'
import { coversOf, giveReport, PERIOD_FLAGS, periodOf, projectFilter, readAll } from './report.ts'

const WORDS = {
  approve: 'approved',
  reject: 'rejected',
  withdraw: 'took back',
  override: 'to override',
  void: 'became void',
} as const

export const reportApprovals = command({
  words: 'report approvals',
  flags: PERIOD_FLAGS,
  summary: 'Report who decided what at which gate, with their words',
  examples: [
    'lockstep report approvals --from 2026-11-01 --to 2026-12-01 --out november.html',
    'lockstep report approvals -p connected-car --json',
  ],
  async run(context, _input, flags) {
    const client = await context.connect()
    const period = periodOf(context, flags)
    const filter = { ...period, ...(await projectFilter(context)) }
    const rows = await readAll(context, (page) => client.listApprovals({ ...filter, ...page }))
    const { zone } = viewOf(context)
    return giveReport(
      context,
      {
        title: 'Approvals',
        covers: coversOf(context, period, context.server ?? ''),
        rows,
        columns: [
          { title: 'when', value: ({ at }) => presentDated(at, zone) },
          { title: 'who', value: ({ person }) => person },
          { title: 'decided', value: ({ decision }) => WORDS[decision] },
          { title: 'for', value: ({ rule }) => rule, goes: 2 },
          { title: 'gate', value: ({ gate }) => gate },
          {
            title: 'lets through',
            value: ({ brings }) =>
              brings.map(({ application, to }) => `${application} ${to ?? ''}`.trim()).join(', '),
            goes: 1,
          },
          { title: 'words', value: ({ comment }) => comment },
        ],
        empty: 'Nobody has decided anything.',
      },
      flags.out,
    )
  },
})
