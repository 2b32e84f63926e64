import { useMutation } from '@tanstack/react-query'
import { Download, ShieldCheck } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useCan } from '../../lib/session/can.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { exportLines, type AuditEntry } from './entry-words.ts'
import { listEntries, type EvidenceQuery } from './evidence-query.ts'

const PAGE = 200
/** More than this is for the command line, which streams. */
const ENTRIES_MAX = 50_000

interface ExportButtonProps {
  readonly asked: EvidenceQuery
  /** Of the project, for the name of the file. */
  readonly name: string
}

/** Saves everything that fits the filter as lines of JSON, to be read; `lockstep audit export` writes what proves it too. */
export function ExportButton({ asked, name }: ExportButtonProps): ReactElement {
  const tell = useTell()
  const save = useMutation({
    mutationFn: () => readEverything(asked),
    onSuccess: ({ entries, isWhole }) => {
      saveFile(`audit-${name}.jsonl`, exportLines(entries))
      tell({
        title: `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'} saved`,
        ...(!isWhole && {
          detail: 'There are more: narrow the filter, or use lockstep audit export.',
          state: 'warning' as const,
        }),
      })
    },
    onError: (error) => tell({ title: 'Not saved', detail: reasonOf(error), state: 'failed' }),
  })
  return (
    <Button isBusy={save.isPending} onClick={() => save.mutate()}>
      <Download size={14} aria-hidden /> Export
    </Button>
  )
}

async function readEverything(
  asked: EvidenceQuery,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly isWhole: boolean }> {
  const entries: AuditEntry[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<typeof listEntries>> = await listEntries(asked, PAGE, after)
    entries.push(...page.items)
    after = page.next
  } while (after !== null && entries.length < ENTRIES_MAX)
  return { entries, isWhole: after === null }
}

function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

/** Looks whether the trail is as it was written; only for those who see all of it. */
export function VerifyButton(): ReactElement | null {
  const { allowed } = useCan('audit.read', { on: 'system' })
  const [isShown, setIsShown] = useState(false)
  const verify = useMutation({ mutationFn: () => api.verifyAudit() })
  if (!allowed) return null
  const { data, error } = verify
  return (
    <>
      <Button
        look="quiet"
        className="max-drawer:hidden"
        isBusy={verify.isPending}
        onClick={() => {
          setIsShown(true)
          verify.mutate()
        }}
      >
        <ShieldCheck size={14} aria-hidden /> Verify
      </Button>
      <Dialog
        isOpen={isShown && !verify.isPending && (data !== undefined || error !== null)}
        onClose={() => setIsShown(false)}
        title={
          data === undefined
            ? 'The trail could not be verified'
            : data.ok
              ? 'The trail is as it was written'
              : 'The trail was changed'
        }
        actions={
          <Button size="large" onClick={() => setIsShown(false)}>
            Done
          </Button>
        }
      >
        {error !== null && <p className="text-fail">{reasonOf(error)}</p>}
        {data !== undefined && (
          <div className="flex items-start gap-3">
            <StateGlyph state={data.ok ? 'passed' : 'failed'} isDecoration />
            <div className="min-w-0">
              <p className="break-words">
                {data.ok
                  ? `${data.entries} entries under ${data.seals} seals, each following from the one before.`
                  : data.broken}
              </p>
              {data.checkpoint !== null && (
                <p className="mt-1 text-ink-2">
                  It agrees with the signed checkpoint of <Time at={data.checkpoint} />.
                </p>
              )}
              {data.head !== null && (
                <p className="mt-1 font-mono text-12 break-all text-ink-3">{data.head}</p>
              )}
            </div>
          </div>
        )}
      </Dialog>
    </>
  )
}
