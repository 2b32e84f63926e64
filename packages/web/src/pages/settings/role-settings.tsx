import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { decidesInVain, ROLE_SCOPES, ROLES, type ProjectId, type Role } from '@lockstep/domain'
import { Plus, X } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { api } from '../../lib/api.ts'
import { environmentsQuery, type Environment } from '../../lib/inventory.ts'
import { useCan } from '../../lib/session/can.ts'
import { useMe } from '../../lib/session/me.ts'
import { useProjectChoice, type Project } from '../../lib/session/project-choice.ts'
import { whoMay } from '../../lib/session/who-may.ts'
import { ActDialog } from '../../ui/act-dialog.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { reasonOf } from '../../ui/error-card.tsx'
import { MayNot } from '../../ui/may-not.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/time.tsx'
import { useTell } from '../../ui/toast.tsx'
import { accountsQuery, grantsQuery, groupsQuery, usersQuery, type Grant } from './people.ts'
import { ROLE_WORDS } from './role-words.ts'

const WHY_NOT_YET = {
  own: 'Nobody lets themselves approve',
  token: 'A token alone gives nobody a role that decides',
  new_password: 'Your password was chosen again by a link less than an hour ago',
} as const

/** Who may what, where: roles on the whole system and on each project. */
export function RoleSettings(): ReactElement {
  const { projects, chosen } = useProjectChoice()
  const shown = projects.filter(({ id }) => chosen === null || id === chosen)
  return (
    <div className="space-y-6">
      <Grants project={null} title="The whole system" />
      {shown.map((project) => (
        <Grants key={project.id} project={project} title={project.title} />
      ))}
      <Section title="What the roles are">
        <Card>
          <dl className="divide-y divide-line">
            {ROLES.map((role) => (
              <div key={role} className="flex flex-wrap gap-x-4 px-3.5 py-1.5">
                <dt className="w-40 shrink-0 font-name">{ROLE_WORDS[role].name}</dt>
                <dd className="min-w-0 text-ink-2">{ROLE_WORDS[role].may}</dd>
              </div>
            ))}
          </dl>
        </Card>
      </Section>
    </div>
  )
}

function Grants({
  project,
  title,
}: {
  readonly project: Project | null
  readonly title: string
}): ReactElement {
  const place =
    project === null
      ? ({ on: 'system' } as const)
      : ({ on: 'project', project: project.id } as const)
  const maySee = useCan('grant.read', place).allowed
  const mayWrite = useCan('grant.write', place).allowed
  const [isGranting, setIsGranting] = useState(false)
  const where = project === null ? 'system' : 'project'
  return (
    <Section
      title={title}
      aside={
        mayWrite && (
          <Button onClick={() => setIsGranting(true)} aria-label={`Give a role on ${title}…`}>
            <Plus size={14} aria-hidden /> Role…
          </Button>
        )
      }
    >
      {maySee ? (
        <GrantTable project={project?.id ?? null} title={title} mayWrite={mayWrite} />
      ) : (
        <MayNot>Who holds a role here is shown to {whoMay('grant.read', where)}.</MayNot>
      )}
      {isGranting && (
        <GrantDialog project={project} title={title} onClose={() => setIsGranting(false)} />
      )}
    </Section>
  )
}

function GrantTable({
  project,
  title,
  mayWrite,
}: {
  readonly project: ProjectId | null
  readonly title: string
  readonly mayWrite: boolean
}): ReactElement {
  const query = useQuery(grantsQuery(project))
  const { data: environments = [] } = useQuery(environmentsQuery)
  const queries = useQueryClient()
  const tell = useTell()
  const takeBack = useMutation({
    mutationFn: ({ id }: Grant) => api.revokeGrant({ grant: id }),
    onSuccess: async (_, { subjectName, role }) => {
      await queries.invalidateQueries({ queryKey: ['grants'] })
      tell({ title: `${subjectName} is no longer ${ROLE_WORDS[role].name.toLowerCase()}` })
    },
    onError: (error) => tell({ title: 'Not taken back', detail: reasonOf(error), state: 'failed' }),
  })
  const confirm = useMutation({
    mutationFn: ({ id }: Grant) => api.confirmGrant({ grant: id }),
    onSuccess: async (_, { subjectName, role }) => {
      await queries.invalidateQueries({ queryKey: ['grants'] })
      tell({
        title: `${subjectName} is ${ROLE_WORDS[role].name.toLowerCase()} in an hour`,
        detail: 'Until then anybody who gives roles here can take it back.',
      })
    },
    onError: (error) => tell({ title: 'Not confirmed', detail: reasonOf(error), state: 'failed' }),
  })
  const columns = columnsFor({
    environments,
    mayWrite,
    isBusy: takeBack.isPending || confirm.isPending,
    onConfirm: (grant) => confirm.mutate(grant),
    onTakeBack: (grant) => takeBack.mutate(grant),
  })
  return (
    <Card>
      <Part what="Roles" query={query}>
        {(items) =>
          items.length === 0 ? (
            <p className="px-3.5 py-2.5 text-12 text-ink-2">Nobody holds a role here.</p>
          ) : (
            <Table
              label={`Roles on ${title}`}
              columns={columns}
              rows={items}
              rowKey={({ id }) => id}
              isListOnPhone
            />
          )
        }
      </Part>
    </Card>
  )
}

function subjectKind(subject: string): string {
  if (subject.startsWith('grp_')) return 'group'
  return subject.startsWith('svc_') ? 'service account' : ''
}

function GrantDialog({
  project,
  title,
  onClose,
}: {
  readonly project: Project | null
  readonly title: string
  readonly onClose: () => void
}): ReactElement {
  const { data: users = [] } = useQuery(usersQuery)
  const { data: groups = [] } = useQuery(groupsQuery)
  const maySeeAccounts = useCan(
    'service_account.read',
    project === null ? { on: 'system' } : { on: 'project', project: project.id },
  ).allowed
  const { data: accounts = [] } = useQuery({
    ...accountsQuery(project?.id ?? null),
    enabled: maySeeAccounts,
  })
  const { data: environments = [] } = useQuery(environmentsQuery)
  const [who, setWho] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [place, setPlace] = useState('')
  const queries = useQueryClient()
  const tell = useTell()
  const subjects = [
    ...groups.map(({ id, title: name }) => ({ id, label: `${name} (group)` })),
    ...users
      .filter(({ disabled }) => !disabled)
      .map(({ id, title: name }) => ({ id, label: name })),
    ...accounts
      .filter(({ disabled }) => !disabled)
      .map(({ id, title: name }) => ({ id, label: `${name} (service account)` })),
  ]
  const subject = subjects.find(({ id }) => id === who)
  const inside = environments.filter((one) => one.project === project?.name)
  const environment = inside.find(({ id }) => id === place)
  const scope = project === null ? 'system' : environment === undefined ? 'project' : 'environment'
  const roles = ROLES.filter((one) => ROLE_SCOPES[one].includes(scope))
  const chosen = roles.includes(role) ? role : (roles[0] ?? 'viewer')
  const give = useMutation({
    mutationFn: async () => {
      if (subject === undefined) return undefined
      return project === null
        ? api.grantOnSystem({ subject: subject.id, role: chosen })
        : api.grantOnProject({
            project: project.id,
            subject: subject.id,
            role: chosen,
            ...(environment === undefined ? {} : { environment: environment.id }),
          })
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['grants'] })
      const name = ROLE_WORDS[chosen].name.toLowerCase()
      tell(
        made !== undefined && made.because !== null
          ? {
              title: `${subject?.label ?? ''} is not ${name} yet`,
              detail: `${WHY_NOT_YET[made.because]}: somebody else who gives roles here confirms it, and it counts an hour later.`,
              state: 'waiting',
            }
          : {
              title: `${subject?.label ?? ''} is ${name}`,
              ...(made !== undefined &&
                decidesInVain(made) && {
                  detail: 'It decides at no gate with it: only people do.',
                  state: 'warning' as const,
                }),
            },
      )
      onClose()
    },
  })
  return (
    <ActDialog
      title={`A role on ${title}`}
      detail="Whose rights change signs in again."
      act="Give the role"
      isReady={subject !== undefined}
      mutation={give}
      onClose={onClose}
      onAct={() => give.mutate()}
    >
      <Select
        label="Who"
        isTall
        value={subject?.id ?? ''}
        options={[
          { value: '', label: 'Choose…' },
          ...subjects.map(({ id, label }) => ({ value: id as string, label })),
        ]}
        onChange={setWho}
      />
      {project !== null && (
        <Select
          label="Where"
          isTall
          value={environment?.id ?? ''}
          options={[
            { value: '', label: `All of ${project.title}` },
            ...inside.map((one) => ({ value: one.id as string, label: one.title })),
          ]}
          {...(environment !== undefined && {
            hint: `To see it they need a role on all of ${project.title} too.`,
          })}
          onChange={setPlace}
        />
      )}
      <Select
        label="Role"
        isTall
        value={chosen}
        options={roles.map((one) => ({ value: one, label: ROLE_WORDS[one].name }))}
        hint={`${ROLE_WORDS[chosen].may}.`}
        onChange={setRole}
      />
    </ActDialog>
  )
}

/** Since when it counts; or what it waits for, when its giver would decide with it. */
function Since({
  grant,
  mayWrite,
  onConfirm,
}: {
  readonly grant: Grant
  readonly mayWrite: boolean
  readonly onConfirm: (grant: Grant) => void
}): ReactElement {
  const me = useMe()
  const { state, from, subjectName, role, givenBy } = grant
  if (decidesInVain(grant)) {
    return <span className="text-12 text-ink-2">decides at no gate: only people do</span>
  }
  if (state === 'in_force') return <Time at={from ?? grant.createdAt} />
  if (from !== null) {
    return (
      <span className="text-12 text-ink-2">
        counts from <Time at={from} />
      </span>
    )
  }
  return (
    <span className="flex flex-wrap items-center gap-2 text-12 text-ink-2 drawer:justify-end">
      waits for somebody else
      {mayWrite && givenBy !== me.id && (
        <Button
          size="small"
          aria-label={`Confirm ${ROLE_WORDS[role].name} for ${subjectName}`}
          onClick={() => onConfirm(grant)}
        >
          Confirm
        </Button>
      )}
    </span>
  )
}

function columnsFor({
  environments,
  mayWrite,
  isBusy,
  onConfirm,
  onTakeBack,
}: {
  readonly environments: readonly Environment[]
  readonly mayWrite: boolean
  readonly isBusy: boolean
  readonly onConfirm: (grant: Grant) => void
  readonly onTakeBack: (grant: Grant) => void
}): readonly Column<Grant>[] {
  return [
    {
      key: 'who',
      head: 'Who',
      cell: ({ subject, subjectName }) => (
        <span>
          <span className="font-name break-words">{subjectName}</span>{' '}
          <span className="text-12 text-ink-3">{subjectKind(subject)}</span>
        </span>
      ),
    },
    { key: 'role', head: 'Role', cell: ({ role }) => ROLE_WORDS[role].name },
    {
      key: 'where',
      head: 'Where',
      cell: ({ environment }) =>
        environment === null
          ? 'all of it'
          : (environments.find(({ id }) => id === environment)?.title ?? 'an environment'),
    },
    {
      key: 'since',
      head: 'Since',
      isNumber: true,
      cell: (grant) => <Since grant={grant} mayWrite={mayWrite} onConfirm={onConfirm} />,
    },
    {
      key: 'back',
      head: <span className="sr-only">Take back</span>,
      isNumber: true,
      isAct: true,
      cell: (grant) =>
        mayWrite ? (
          <Button
            look="quiet"
            size="icon"
            aria-label={`Take ${ROLE_WORDS[grant.role].name} from ${grant.subjectName}`}
            isBusy={isBusy}
            onClick={() => onTakeBack(grant)}
          >
            <X size={13} aria-hidden />
          </Button>
        ) : null,
    },
  ]
}
