import { findWork } from '../../address/resolve.ts'
import { answer } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'

export const retry = command({
  words: 'run retry',
  arguments: { task: { shown: 'TASK', completes: 'task' } },
  flags: { message: words('why') },
  summary: 'Make a new attempt of what failed',
  examples: [
    'lockstep run retry connected-car-2.0/7/staging/car-to-phone',
    'lockstep run retry connected-car-2.0/7/staging/car-to-phone -m "bench car 5 was asleep"',
  ],
  async run(context, { task: address }, flags) {
    const client = await context.connect()
    const { run, stage, task, step } = await findWork(context, client, address)
    const after = await client.retryTask({
      run: run.id,
      stage: stage.name,
      task: task.key,
      ...(step === undefined ? {} : { step: step.key }),
      ...(flags.message === undefined ? {} : { reason: flags.message }),
    })
    const attempt =
      step === undefined
        ? `Attempt ${task.attempt + 1} of "${task.title}"`
        : `"${step.title}" of "${task.title}"`
    return answer(context, after, `✓ ${attempt} starts. Tasks that succeeded are not done again.`)
  },
})
