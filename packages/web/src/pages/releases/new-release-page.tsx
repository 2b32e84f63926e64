import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { NoProject } from '../../components/no-project.tsx'
import { Page } from '../../layout/page.tsx'
import { definitionsQuery, type Defined } from '../../lib/definitions.ts'
import { environmentsQuery } from '../../lib/inventory.ts'
import { useCan } from '../../lib/session/can.ts'
import { projectsQuery, useProjectChoice, type Project } from '../../lib/session/project-choice.ts'
import { Card, Section } from '../../ui/card.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Field, TextArea } from '../../ui/field.tsx'
import { Part } from '../../ui/part.tsx'
import { Select } from '../../ui/select.tsx'
import { ApplicationChoices } from './application-choices.tsx'
import { EMPTY_DRAFT, nameFrom, type ReleaseDraft } from './new-release.ts'
import { ReleasePreview } from './release-preview.tsx'
import { StageChoices } from './stage-choices.tsx'
import { useGroupNames } from './use-group-names.ts'

/** Names a release, and chooses its pipeline, applications, snapshots, environments and dates; beside it, what comes of it. */
export function NewReleasePage(): ReactElement {
  const { projects, chosen } = useProjectChoice()
  const query = useQuery(projectsQuery)
  const [picked, setPicked] = useState<string>()
  const project = projects.find(({ id }) => id === (picked ?? chosen ?? projects[0]?.id))
  return (
    <Page title="New release" trail={[{ label: 'Releases', to: '/releases' }]} live={null}>
      <Part what="Projects" query={query}>
        {() =>
          project === undefined ? (
            <NoProject />
          ) : (
            <AllowedForm
              key={project.id}
              project={project}
              projects={projects}
              onProject={(id) => setPicked(id)}
            />
          )
        }
      </Part>
    </Page>
  )
}

interface FormProps {
  readonly project: Project
  readonly projects: readonly Project[]
  readonly onProject: (id: string) => void
}

function AllowedForm(props: FormProps): ReactElement {
  const { project, projects, onProject } = props
  const may = useCan('definition.apply', { on: 'project', project: project.id })
  const query = useQuery(definitionsQuery('pipeline'))
  if (may.allowed) {
    return (
      <Part what="Pipelines" query={query}>
        {(pipelines) => <ReleaseForm {...props} pipelines={pipelines} />}
      </Part>
    )
  }
  return (
    <div className="flex max-w-120 flex-col gap-4">
      <ProjectChoice project={project} projects={projects} onProject={onProject} />
      <Card>
        <Empty title={`You do not define releases in ${project.title}`}>
          Developers and owners of the project do.
        </Empty>
      </Card>
    </div>
  )
}

function ProjectChoice({ project, projects, onProject }: FormProps): ReactElement | null {
  if (projects.length < 2) return null
  return (
    <Select
      isTall
      label="Project"
      value={project.id}
      options={projects.map(({ id, title }) => ({ value: id, label: title }))}
      onChange={onProject}
    />
  )
}

function ReleaseForm(
  props: FormProps & { readonly pipelines: readonly Defined<'pipeline'>[] },
): ReactElement {
  const { project, pipelines } = props
  const [draft, setDraft] = useState<ReleaseDraft>(EMPTY_DRAFT)
  const [address, setAddress] = useState('')
  const groups = useGroupNames()
  const { data: environments = [] } = useQuery(environmentsQuery)
  const pipeline = pipelines.find((one) => addressOf(one) === address)
  const change = (changes: Partial<ReleaseDraft>): void =>
    setDraft((old) => ({ ...old, ...changes }))
  return (
    <div className="grid grid-cols-1 gap-6 full:grid-cols-[minmax(0,1fr)_480px]">
      <form className="flex flex-col gap-6" onSubmit={(event) => event.preventDefault()}>
        <div className="grid gap-4 drawer:grid-cols-2">
          <ProjectChoice {...props} />
          <Field
            label="Title"
            value={draft.title}
            maxLength={100}
            placeholder="Connected Car 2.1"
            onChange={(event) => change({ title: event.currentTarget.value })}
          />
          <Field
            label="Name"
            value={draft.name}
            maxLength={40}
            placeholder={nameFrom(draft.title)}
            hint="As addresses and commands write it."
            onChange={(event) => change({ name: event.currentTarget.value })}
          />
          {groups === undefined ? (
            <Field
              label="Owner"
              value={draft.owner}
              maxLength={60}
              hint="The name of a group."
              onChange={(event) => change({ owner: event.currentTarget.value })}
            />
          ) : (
            <Select
              isTall
              label="Owner"
              value={draft.owner}
              options={[
                { value: '', label: 'Choose a group' },
                ...groups.map(({ name, title }) => ({ value: name, label: title })),
              ]}
              onChange={(owner) => change({ owner })}
            />
          )}
          <Select
            isTall
            label="Pipeline"
            value={address}
            options={[
              { value: '', label: 'Choose a pipeline' },
              ...pipelines
                .filter((one) => one.project === project.name)
                .map((one) => ({ value: addressOf(one), label: one.body.title })),
            ]}
            onChange={setAddress}
          />
        </div>
        <TextArea
          label="What it is for, in a sentence"
          rows={2}
          maxLength={1000}
          value={draft.purpose}
          onChange={(event) => change({ purpose: event.currentTarget.value })}
        />
        {pipeline !== undefined && (
          <>
            <Section title="Applications">
              <ApplicationChoices
                pipeline={pipeline}
                pipelines={pipelines}
                chosen={draft.applications}
                onChange={(applications) => change({ applications })}
              />
            </Section>
            <Section title="Stages">
              <StageChoices
                pipeline={pipeline}
                environments={environments}
                draft={draft}
                onChange={change}
              />
            </Section>
          </>
        )}
      </form>
      <ReleasePreview project={project} draft={draft} pipeline={pipeline} />
    </div>
  )
}

function addressOf({ project, name }: { readonly project: string; readonly name: string }): string {
  return `${project}/${name}`
}
