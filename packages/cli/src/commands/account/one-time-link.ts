import { createClient, type Client } from '@lockstep/client'

import type { Context } from '../../command/context.ts'
import { Refusal, UsageRefusal } from '../../command/failure.ts'

/** What a link is for: the two letters of its code, the page it opens, and the command that takes it. */
const PURPOSES = {
  setup: { letters: 'fs', command: 'lockstep setup' },
  invitation: { letters: 'in', command: 'lockstep user accept' },
} as const

interface OpenedLink {
  readonly client: Client
  readonly server: string
  readonly code: string
}

/** The server and the code of a one-time link. A person whose link cannot be used is told so before they are asked anything. */
export async function openOneTimeLink(
  { terminal }: Pick<Context, 'terminal'>,
  link: string,
  purpose: keyof typeof PURPOSES,
): Promise<OpenedLink> {
  const { server, code } = parseOneTimeLink(link, purpose)
  const client = createClient({ server })
  const { over } = terminal.canAsk ? await client.showOneTimeLink({ code }) : { over: null }
  if (over !== null) throw new Refusal(over)
  return { client, server, code }
}

/** The server and the code of a link. One that is cut off, or is for something else, is not sent anywhere. */
export function parseOneTimeLink(
  link: string,
  purpose: keyof typeof PURPOSES,
): { readonly server: string; readonly code: string } {
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
