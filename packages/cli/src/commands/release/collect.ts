import { answer } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { presentRelease } from '../../present/release.ts'
import { findRelease } from './find-release.ts'

export const collect = command({
  words: 'release collect',
  arguments: { release: { shown: 'RELEASE', completes: 'release' } },
  flags: {
    pin: { type: 'text', value: 'APP:VERSION', summary: 'choose a snapshot that has passed' },
    freeze: { type: 'text', value: 'APP', summary: 'keep what is collected of an application' },
    unfreeze: { type: 'text', value: 'APP', summary: 'take newer ones of it again' },
  },
  summary: 'Show what a release has collected, and what is missing; keep or choose what it takes',
  examples: [
    'lockstep release collect connected-car-2.0',
    'lockstep release collect connected-car-2.0 --pin backend/data-backend:2.0.0-rc.6',
  ],
  async run(context, { release: name }, { pin, freeze, unfreeze }) {
    const client = await context.connect()
    let release = await findRelease(context, client, name)
    const applicationOf = (text: string): string => {
      const names = release.applications.map(({ application }) => application)
      const found = names.filter((one) => one === text || one.endsWith(`/${text}`))
      if (found.length === 1 && found[0] !== undefined) return found[0]
      throw new UsageRefusal(
        `${release.name} collects no "${text}". It collects ${names.join(', ')}.`,
      )
    }
    if (freeze !== undefined) {
      const application = applicationOf(freeze)
      release = await client.freezeApplication({ release: release.id, application, frozen: true })
    }
    if (unfreeze !== undefined) {
      const application = applicationOf(unfreeze)
      release = await client.freezeApplication({ release: release.id, application, frozen: false })
    }
    if (pin !== undefined) {
      const [text = '', version] = pin.split(':')
      if (version === undefined || version === '')
        throw new UsageRefusal(`"${pin}" is not APP:VERSION.`)
      release = await client.pinApplication({
        release: release.id,
        application: applicationOf(text),
        version,
      })
    }
    return answer(context, release, presentRelease(release, context.terminal.width()))
  },
})
