import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { presentRelease } from '../../present/release.ts'
import { findRelease } from './find-release.ts'

export const showRelease = command({
  words: 'release show',
  arguments: { release: { shown: 'RELEASE', completes: 'release' } },
  summary: 'Show a release and what it has collected',
  examples: [
    'lockstep release show connected-car-2.0',
    'lockstep release show connected-car-2.0 --json',
  ],
  async run(context, { release: name }) {
    const client = await context.connect()
    const release = await findRelease(context, client, name)
    return answer(context, release, presentRelease(release, context.terminal.width()))
  },
})
