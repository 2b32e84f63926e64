import { parseRunAddress } from '../../address/address.ts'
import { findRun, findStage, workIn } from '../../address/resolve.ts'
import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'

export const restart = command({
  words: 'run restart',
  arguments: { from: { shown: 'STAGE|TASK', completes: 'task' } },
  flags: { message: words('why') },
  summary: 'Do a run again from a stage or task on, in the same run',
  examples: [
    'lockstep run restart connected-car-2.0/7/staging -m "The database was restored"',
    'lockstep run restart connected-car-2.0/7/staging/deploy-data-backend -y -m "Again"',
  ],
  async run(context, { from: address }, flags) {
    const reason = reasonOf(flags.message, 'a restart')
    const client = await context.connect()
    const { run: reference, part } = parseRunAddress(address)
    if (part.kind === 'run' || part.kind === 'gate') {
      throw new UsageRefusal(`"${address}" names no stage or task to begin with.`, [
        'See  lockstep help addresses',
      ])
    }
    const run = await findRun(context, client, reference)
    const stage = findStage(run, part.stage)
    const task = part.kind === 'work' ? workIn(run, part).task : undefined
    const from = task === undefined ? stage.title : `"${task.title}" in ${stage.title}`
    if (!context.yes && !(await confirm(context, `Do everything from ${from} on again?`, '-y')))
      return 1
    const after = await client.restartRun({
      run: run.id,
      stage: stage.name,
      ...(task === undefined ? {} : { task: task.key }),
      reason,
    })
    return answer(context, after, `✓ The run begins again with ${from}. What came before is kept.`)
  },
})
