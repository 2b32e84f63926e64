import { UsageRefusal } from '../../command/failure.ts'

/** What a link is for: the two letters of its code, the page it opens, and the command that takes it. */
const PURPOSES = {
  setup: { letters: 'fs', command: 'lockstep setup' },
  invitation: { letters: 'in', command: 'lockstep user accept' },
} as const

interface OneTimeLink {
  readonly server: string
  readonly code: string
}

/** The server and the code of a one-time link. A link that is cut off, or is for something else, is not sent anywhere. */
export function parseOneTimeLink(link: string, purpose: keyof typeof PURPOSES): OneTimeLink {
  const url = URL.parse(link)
  const [, code, letters] = /^#(([a-z]{2})_[\w-]{16,80})$/.exec(url?.hash ?? '') ?? []
  const { letters: wanted } = PURPOSES[purpose]
  if (url !== null && code !== undefined && letters === wanted) return { server: url.origin, code }
  const other = Object.values(PURPOSES).find((one) => one.letters === letters)
  if (other !== undefined && other.letters !== wanted)
    throw new UsageRefusal('This link is for something else.', [
      `Use it so:  ${other.command} LINK`,
    ])
  throw new UsageRefusal(`"${link}" is no whole one-time link.`, [
    `It looks like 'http://127.0.0.1:4600/${purpose}#${wanted}_…', with everything behind the #; put it in quotes.`,
  ])
}
