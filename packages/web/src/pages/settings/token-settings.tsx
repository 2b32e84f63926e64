import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { readAll } from '../../lib/read-all.ts'
import { useProjectChoice } from '../../lib/session/project-choice.ts'
import { useNow } from '../../lib/now.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { TokenDialog } from './token-dialog.tsx'

export type Token = Awaited<ReturnType<typeof api.listTokens>>['items'][number]

/** My tokens: what acts for me without a person at a screen. */
export function TokenSettings(): ReactElement {
  const [isMaking, setIsMaking] = useState(false)
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: () => readAll((page) => api.listTokens(page)),
  })
  const [revoked, setRevoked] = useState<Token | null>(null)
  const { projects } = useProjectChoice()
  const now = useNow(60_000)
  const nameOf = (id: Token['project']): string =>
    id === null ? 'everywhere' : (projects.find((one) => one.id === id)?.name ?? 'a project')
  const columns = columnsFor({ nameOf, now, onRevoke: setRevoked })
  return (
    <Section
      title="Tokens"
      count="act for you, within limits; they decide at no gate"
      aside={
        <Button look="primary" onClick={() => setIsMaking(true)}>
          <Plus size={14} aria-hidden /> Token…
        </Button>
      }
    >
      <Card>
        <Part what="Tokens" query={query}>
          {(items) =>
            items.length === 0 ? (
              <Empty title="No tokens yet" picture={<KeyRound size={22} aria-hidden />}>
                A build server or a script signs in with a token: <code>LOCKSTEP_TOKEN</code>. It
                may at most what you may, and ends by itself.
              </Empty>
            ) : (
              <Table
                label="My tokens"
                columns={columns}
                rows={items}
                rowKey={({ id }) => id}
                isListOnPhone
              />
            )
          }
        </Part>
      </Card>
      {isMaking && <TokenDialog onClose={() => setIsMaking(false)} />}
      {revoked !== null && <RevokeDialog token={revoked} onClose={() => setRevoked(null)} />}
    </Section>
  )
}

function RevokeDialog({
  token: { id, name, lastUsedAt },
  onClose,
}: {
  readonly token: Token
  readonly onClose: () => void
}): ReactElement {
  const queries = useQueryClient()
  const tell = useTell()
  const revoke = useMutation({
    mutationFn: () => api.revokeToken({ token: id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['tokens'] })
      tell({ title: `${name} is revoked`, state: 'aborted' })
      onClose()
    },
  })
  return (
    <ActDialog
      title={`Revoke ${name}?`}
      act="Revoke"
      leave="Keep it"
      isDrastic
      mutation={revoke}
      onClose={onClose}
      onAct={() => revoke.mutate()}
    >
      <p className="text-ink-2">
        It is refused from now on, and so is every token that was made with it.{' '}
        {lastUsedAt === null ? (
          'It was never used.'
        ) : (
          <>
            It was used last at <Time at={lastUsedAt} />.
          </>
        )}
      </p>
    </ActDialog>
  )
}

function columnsFor({
  nameOf,
  now,
  onRevoke,
}: {
  readonly nameOf: (project: Token['project']) => string
  readonly now: number
  readonly onRevoke: (token: Token) => void
}): readonly Column<Token>[] {
  return [
    {
      key: 'name',
      head: 'Token',
      cell: ({ name }) => <span className="font-name break-words">{name}</span>,
    },
    {
      key: 'may',
      head: 'May',
      className: 'py-1.5',
      cell: ({ permissions, project, environment, from }) => (
        <>
          <span className="text-12 text-ink-2" title={permissions.join(', ')}>
            {permissions.length === 1 ? permissions[0] : `${permissions.length} permissions`},{' '}
            {environment === null ? nameOf(project) : `one environment of ${nameOf(project)}`}
          </span>
          {from.length > 0 && (
            <span className="block text-12 break-words text-ink-3">from {from.join(', ')}</span>
          )}
        </>
      ),
    },
    {
      key: 'used',
      head: 'Last used',
      isNumber: true,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? 'never' : <Time at={lastUsedAt} />),
    },
    {
      key: 'expires',
      head: 'Works until',
      isNumber: true,
      cell: ({ expiresAt, revokedAt }) =>
        revokedAt !== null ? (
          'revoked'
        ) : Date.parse(expiresAt) <= now ? (
          'over'
        ) : (
          <Time at={expiresAt} />
        ),
    },
    {
      key: 'revoke',
      head: <span className="sr-only">Revoke</span>,
      isNumber: true,
      isAct: true,
      cell: (token) =>
        token.revokedAt !== null ? null : (
          <Button
            size="small"
            look="danger"
            aria-label={`Revoke ${token.name}…`}
            onClick={() => onRevoke(token)}
          >
            Revoke…
          </Button>
        ),
    },
  ]
}
