import { findWork } from '../../address/resolve.ts'
import { answer, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'

export const completeTask = command({
  words: 'task complete',
  arguments: { task: { shown: 'TASK', completes: 'task' } },
  flags: {
    failed: { type: 'boolean', summary: 'it was done and the answer is no' },
    message: words('what was seen; needed with --failed'),
  },
  summary: 'End a manual task',
  examples: [
    'lockstep task complete connected-car-2.0/7/staging/drive-around-the-block',
    'lockstep task complete connected-car-2.0/7/staging/drive-around-the-block --failed -m "The light stayed red"',
  ],
  async run(context, { task: address }, flags) {
    const reason = flags.failed ? reasonOf(flags.message, 'a failed task') : flags.message
    const client = await context.connect()
    const { run, stage, task } = await findWork(context, client, address)
    const after = await client.completeTask({
      run: run.id,
      stage: stage.name,
      task: task.key,
      outcome: flags.failed ? 'failed' : 'succeeded',
      ...(reason === undefined ? {} : { reason }),
    })
    return answer(
      context,
      after,
      flags.failed ? `✗ "${task.title}" has failed.` : `✓ "${task.title}" is done.`,
    )
  },
})
