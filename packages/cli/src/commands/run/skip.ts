import { findWork } from '../../address/resolve.ts'
import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'

export const skip = command({
  words: 'run skip',
  arguments: { task: { shown: 'TASK', completes: 'task' } },
  flags: {
    message: words('why'),
    confirmed: { type: 'boolean', summary: 'in a script: it is meant; -y does not say so' },
  },
  summary: 'Go on without a task that failed',
  examples: [
    'lockstep run skip connected-car-2.0/7/staging/car-to-phone -m "Tested by hand"',
    'lockstep run skip connected-car-2.0/7/staging/car-to-phone -m "Tested by hand" --confirmed',
  ],
  async run(context, { task: address }, flags) {
    const reason = reasonOf(flags.message, 'skipping a task')
    const client = await context.connect()
    const { run, stage, task, step } = await findWork(context, client, address)
    const question = `Go on without "${step?.title ?? task.title}", which has ${step?.state ?? task.state}?`
    if (!flags.confirmed && !(await confirm(context, question, '--confirmed'))) return 1
    const after = await client.skipTask({
      run: run.id,
      stage: stage.name,
      task: task.key,
      ...(step === undefined ? {} : { step: step.key }),
      reason,
    })
    return answer(context, after, `– "${step?.title ?? task.title}" is skipped. The run goes on.`)
  },
})
