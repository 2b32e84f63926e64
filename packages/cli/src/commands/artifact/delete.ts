import { answer, confirm, reasonOf } from '../../command/answer.ts'
import { command, words } from '../../command/command.ts'
import { artifactArguments, findArtifact } from './find-artifact.ts'

export const deleteArtifact = command({
  words: 'artifact delete',
  arguments: artifactArguments,
  flags: {
    message: words('why'),
    confirmed: { type: 'boolean', summary: 'answer the question with yes' },
  },
  summary: 'Give out an artifact no more; its version stays taken',
  examples: [
    'lockstep artifact delete ingest-api 2.0.0-rc.5 -p backend -m "Built from the wrong branch"',
    'lockstep artifact delete ingest-api 2.0.0-rc.5 -p backend -m "Wrong branch" --confirmed',
  ],
  async run(context, { component, version }, { message, confirmed }) {
    const comment = reasonOf(message, 'a deletion')
    const client = await context.connect()
    const { artifact } = await findArtifact(context, client, component, version)
    const question = `${component} ${version} cannot be brought back, and the version never used again. Delete?`
    if (!confirmed && !(await confirm(context, question, '--confirmed'))) return 1
    await client.deleteArtifact({ artifact: artifact.id, comment })
    return answer(
      context,
      artifact,
      `✓ ${component} ${version} is deleted; the version stays taken.`,
    )
  },
})
