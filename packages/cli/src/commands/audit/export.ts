import { createHash } from 'node:crypto'
import type { AuditFileLine } from '@lockstep/contract'

import { findProject } from '../../address/project.ts'
import { viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Context } from '../../command/context.ts'
import { UsageRefusal } from '../../command/failure.ts'
import { timeOf } from '../../present/time.ts'

type Client = Awaited<ReturnType<Context['connect']>>
type Chain = Awaited<ReturnType<Client['listAuditChains']>>['items'][number]

const PAGE = 200

export const exportAudit = command({
  words: 'audit export',
  flags: {
    from: { type: 'text', value: 'TIME', summary: 'entries since then' },
    until: { type: 'text', value: 'TIME', summary: 'entries before then' },
  },
  summary: 'Write the audit trail of a project as lines of JSON, with what verifies it elsewhere',
  examples: [
    'lockstep audit export -p connected-car > audit.jsonl',
    'lockstep audit export -p connected-car --from 2026-11-01 --until 2026-12-01 > november.jsonl',
  ],
  async run(context, _input, flags) {
    const view = viewOf(context)
    const [begin, end] = [timeOf('from', flags.from, view), timeOf('until', flags.until, view)]
    if (begin !== undefined && end !== undefined && begin >= end) {
      throw new UsageRefusal('--from is not before --until: no entry can be between.')
    }
    const [from, until] = [timestampOf(begin), timestampOf(end)]
    const client = await context.connect()
    const { id, name } = await findProject(context, client)
    const file = new AuditFileWriter((line) => context.terminal.print(line))
    file.write({
      line: 'begin',
      format: 1,
      project: name,
      from: from ?? null,
      until: until ?? null,
    })
    const period = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) }
    for await (const chain of pages((page) =>
      client.listAuditChains({ project: id, ...period, ...page }),
    )) {
      await writeChain(file, client, id, chain)
    }
    file.end()
    return 0
  },
})

async function writeChain(
  file: AuditFileWriter,
  client: Client,
  project: Parameters<Client['listAuditSeals']>[0]['project'],
  { chain, first, last, checkpoint }: Chain,
): Promise<void> {
  for await (const { entries, ...seal } of pages((page) =>
    client.listAuditSeals({ project, chain, first, last, ...page }),
  )) {
    for (const { by, ...entry } of entries) file.writeEntry({ line: 'entry', ...entry }, by)
    file.write({ line: 'seal', ...seal, entries: entries.length })
    if (checkpoint?.seal === seal.seal) {
      const { text, signature, key } = checkpoint
      file.write({ line: 'checkpoint', text, signature, key })
    }
  }
}

/** Writes the lines, and counts and hashes them for the last one. */
class AuditFileWriter {
  readonly #print: (line: string) => void
  readonly #hash = createHash('sha256')
  readonly #named = new Map<string, string>()
  #entries = 0
  #seals = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  write(line: AuditFileLine): void {
    const text = JSON.stringify(line)
    this.#hash.update(`${text}\n`)
    if (line.line === 'seal') this.#seals += 1
    this.#print(text)
  }

  /** Names who did it in a line of its own in front, once. */
  writeEntry(entry: Extract<AuditFileLine, { line: 'entry' }>, by: string): void {
    const { actor } = entry
    if (this.#named.get(actor) !== by) this.write({ line: 'name', actor, name: by })
    this.#named.set(actor, by)
    this.#entries += 1
    this.write(entry)
  }

  end(): void {
    const [entries, seals] = [this.#entries, this.#seals]
    const sha256 = this.#hash.digest('hex')
    this.#print(JSON.stringify({ line: 'end', entries, seals, sha256 }))
  }
}

async function* pages<Item>(
  read: (page: { readonly limit: number; readonly after?: string }) => Promise<{
    readonly items: readonly Item[]
    readonly next: string | null
  }>,
): AsyncGenerator<Item> {
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof read>> = await read({
      limit: PAGE,
      ...(after !== null && { after }),
    })
    yield* page.items
    after = page.next
  } while (after !== null)
}

function timestampOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}
