import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { parseId } from '@lockstep/domain'
import { Mail } from 'lucide-react'
import type { ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { useCanAnywhere } from '../../lib/session/can-anywhere.ts'
import { useCan } from '../../lib/session/can.ts'
import { useMe } from '../../lib/session/me.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Empty } from '../../ui/empty.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Segments } from '../../ui/tabs.tsx'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { ShownState } from '../../ui/state.ts'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { MailChoices } from './mail-choices.tsx'

type Notification = Awaited<ReturnType<typeof api.listNotifications>>['items'][number]
type State = Notification['state']

const here = getRouteApi('/shell/settings/$')
const SHOWN_MAX = 200
const STATES = ['queued', 'sent', 'failed', 'refused', 'declined'] as const
const STATE_WORDS: Readonly<Record<State, { readonly shown: ShownState; readonly words: string }>> =
  {
    queued: { shown: 'scheduled', words: 'on its way' },
    sent: { shown: 'passed', words: 'sent' },
    failed: { shown: 'failed', words: 'given up' },
    refused: { shown: 'aborted', words: 'refused' },
    declined: { shown: 'skipped', words: 'switched off' },
  }

function capital(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}

/** Where Lockstep writes to me, and what it has written to whom. */
export function NotificationSettings(): ReactElement {
  const me = useMe()
  const maySee = useCanAnywhere('notification.read')
  return (
    <div className="space-y-6">
      <Section title="To you">
        <Card className="p-3.5 text-ink-2">
          {me.email === null ? (
            'You have no address, so nobody writes to you.'
          ) : (
            <>
              Gates that ask you, and releases of yours that need somebody, write to{' '}
              <strong className="font-heading text-ink">{me.email}</strong>.
            </>
          )}
        </Card>
        {me.email !== null && <MailChoices />}
        <TestMail />
      </Section>
      {maySee ? (
        <Outbox />
      ) : (
        <MayNot>What was written to others is shown to {whoMay('notification.read')}.</MayNot>
      )}
    </div>
  )
}

function TestMail(): ReactElement {
  const { allowed } = useCan('system.configure', { on: 'system' })
  const tell = useTell()
  const queries = useQueryClient()
  const send = useMutation({
    mutationFn: () => api.testNotification({}),
    onSuccess: async ({ address }) => {
      await queries.invalidateQueries({ queryKey: ['notifications'] })
      tell({ title: 'A test is on its way', detail: address })
    },
    onError: (error) => tell({ title: 'Not sent', detail: reasonOf(error), state: 'failed' }),
  })
  return (
    <div className="mt-2">
      {allowed ? (
        <Button isBusy={send.isPending} onClick={() => send.mutate()}>
          <Mail size={14} aria-hidden /> Send a test to me
        </Button>
      ) : (
        <MayNot>Testing the mail is for {whoMay('system.configure', 'system')}.</MayNot>
      )}
    </div>
  )
}

function Outbox(): ReactElement {
  const { outcome, message } = here.useSearch()
  const navigate = here.useNavigate()
  const shown = STATES.find((one) => one === outcome)
  const { chosen: project } = useProjectChoice()
  const mayWrite = useCanAnywhere('notification.write')
  const query = useQuery({
    queryKey: ['notifications', project, shown ?? null],
    queryFn: () =>
      api.listNotifications({
        limit: SHOWN_MAX,
        ...(project === null ? {} : { project }),
        ...(shown === undefined ? {} : { state: shown }),
      }),
    refetchInterval: 15_000,
  })
  return (
    <Section title="Messages" count="newest first">
      <div className="mb-3 overflow-x-auto whitespace-nowrap">
        <Segments
          label="State"
          value={shown ?? 'all'}
          options={[
            { value: 'all', label: 'All' },
            ...STATES.map((value) => ({ value, label: capital(STATE_WORDS[value].words) })),
          ]}
          onChange={(value) =>
            void navigate({ search: value === 'all' ? {} : { outcome: value }, replace: true })
          }
        />
      </div>
      <Card>
        <Part what="Messages" query={query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title="No messages" picture={<Mail size={22} aria-hidden />}>
                Mail to approvers and owners appears here, with what became of it.
              </Empty>
            ) : (
              <Messages
                items={items}
                mayWrite={mayWrite}
                onOpen={(id) =>
                  void navigate({ search: (old) => ({ ...old, message: id }), replace: true })
                }
              />
            )
          }
        </Part>
      </Card>
      <p className="mt-2 text-12 text-ink-3">
        Without a mail server (<code>SMTP_URL</code>) each message is a file in the folder{' '}
        <code>outbox</code> beside the data of the server, which any mail program opens.
      </p>
      {message !== undefined && (
        <MessageDialog
          id={message}
          onClose={() =>
            void navigate({ search: ({ message: _, ...rest }) => rest, replace: true })
          }
        />
      )}
    </Section>
  )
}

/** A message as its receiver reads it. */
function MessageDialog({
  id,
  onClose,
}: {
  readonly id: string
  readonly onClose: () => void
}): ReactElement {
  const notification = parseId('ntf', id)
  const query = useQuery({
    queryKey: ['notifications', 'one', id],
    queryFn: notification === undefined ? skipToken : () => api.showNotification({ notification }),
  })
  const { data } = query
  return (
    <Dialog
      isOpen
      onClose={onClose}
      size="wide"
      title={data?.title ?? 'Message'}
      detail={data && `to ${data.receiver}, ${data.address}`}
    >
      <Part what="The message" query={query}>
        {({ text }) => <p className="break-words whitespace-pre-wrap">{text}</p>}
      </Part>
    </Dialog>
  )
}

function Messages({
  items,
  mayWrite,
  onOpen,
}: {
  readonly items: readonly Notification[]
  readonly mayWrite: boolean
  readonly onOpen: (id: Notification['id']) => void
}): ReactElement {
  const queries = useQueryClient()
  const tell = useTell()
  const again = useMutation({
    mutationFn: ({ id }: Notification) => api.redeliverNotification({ notification: id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['notifications'] })
      tell({ title: 'Sent again' })
    },
    onError: (error) => tell({ title: 'Not sent', detail: reasonOf(error), state: 'failed' }),
  })
  const columns = columnsFor({
    mayWrite,
    isBusy: again.isPending,
    onAgain: (one) => again.mutate(one),
    onOpen,
  })
  return (
    <Table
      label="Messages, newest first"
      columns={columns}
      rows={items}
      rowKey={({ id }) => id}
      isListOnPhone
    />
  )
}

function columnsFor({
  mayWrite,
  isBusy,
  onAgain,
  onOpen,
}: {
  readonly mayWrite: boolean
  readonly isBusy: boolean
  readonly onAgain: (one: Notification) => void
  readonly onOpen: (id: Notification['id']) => void
}): readonly Column<Notification>[] {
  return [
    {
      key: 'title',
      head: 'Message',
      cell: ({ id, title, failure, state }) => (
        <span className="flex items-start gap-2 py-1.5">
          <span className="mt-0.5 flex">
            <StateGlyph state={STATE_WORDS[state].shown} size={14} isDecoration />
          </span>
          <span className="min-w-0">
            <button
              type="button"
              onClick={() => onOpen(id)}
              className="text-left font-name break-words hover:underline"
            >
              {title}
            </button>
            {failure !== null && (
              <span
                className={`block text-12 break-words ${state === 'declined' ? 'text-ink-3' : 'text-fail'}`}
              >
                {failure}
              </span>
            )}
          </span>
        </span>
      ),
    },
    {
      key: 'to',
      head: 'To',
      cell: ({ receiver, address }) => (
        <span className="break-words" title={address}>
          {receiver}
        </span>
      ),
    },
    {
      key: 'state',
      head: 'State',
      cell: ({ state }) => <span className="whitespace-nowrap">{STATE_WORDS[state].words}</span>,
    },
    { key: 'at', head: 'At', isNumber: true, cell: ({ at }) => <Time at={at} /> },
    {
      key: 'again',
      head: <span className="sr-only">Send again</span>,
      isNumber: true,
      isAct: true,
      cell: (one) =>
        mayWrite && (one.state === 'failed' || one.state === 'refused') ? (
          <Button size="small" isBusy={isBusy} onClick={() => onAgain(one)}>
            Send again
          </Button>
        ) : null,
    },
  ]
}
