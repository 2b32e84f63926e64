import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { Download } from 'lucide-react'
import type { Run } from '../../lib/runs.ts'
import { buttonClasses } from '../../ui/button.tsx'
import { Card, Section } from '../../ui/card.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Part } from '../../ui/part.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { VersionChip } from '../../ui/version-chip.tsx'
import { sizeWords } from '../run/run-words.ts'
import type { FoundStep, Job } from './find-step.ts'
import { stepQuery, type StepDetail } from './step-query.ts'

interface StepArtifactsProps {
  readonly run: Run
  readonly step: FoundStep['step']
}

type Made = StepDetail['artifacts'][number]
type Ran = Job & { readonly runs: NonNullable<Job['runs']> }

/** What the step made, by digest; of a step that puts something in place, what runs there since. */
export function StepArtifacts({ run, step }: StepArtifactsProps): ReactElement {
  const query = useQuery(stepQuery(run.id, run.root, step.id))
  const ran = step.jobs.filter((job): job is Ran => job.runs !== null)
  return (
    <div className="space-y-6">
      <Section title="Made">
        <Card>
          <Part what="The artifacts" query={query}>
            {({ artifacts, project }) =>
              artifacts.length === 0 ? (
                <Empty title="It made nothing that is kept">
                  A build takes files out of its work, which stand here with their digests.
                </Empty>
              ) : (
                <Table
                  label="Artifacts"
                  columns={columnsOf(project)}
                  rows={artifacts}
                  rowKey={({ job, component }) => `${job} ${component}`}
                  isListOnPhone
                />
              )
            }
          </Part>
        </Card>
      </Section>
      {ran.length > 0 && (
        <Section title="Runs there since" count="as it was read again">
          <Card>
            <Table
              label="What runs"
              columns={RAN}
              rows={ran}
              rowKey={({ id }) => id}
              isListOnPhone
            />
          </Card>
        </Section>
      )}
    </div>
  )
}

function columnsOf(project: string): readonly Column<Made>[] {
  return [
    {
      key: 'component',
      head: 'Artifact',
      cell: ({ component }) => <span className="font-name break-words">{component}</span>,
    },
    {
      key: 'version',
      head: 'Version',
      cell: ({ version }) => <VersionChip version={version} />,
    },
    { key: 'digest', head: 'Digest', cell: ({ digest }) => <Digest of={digest} /> },
    {
      key: 'size',
      head: 'Size',
      isNumber: true,
      cell: ({ sizeBytes }) => sizeWords(sizeBytes),
    },
    {
      key: 'get',
      head: <span className="sr-only">Download</span>,
      isNumber: true,
      isAct: true,
      cell: ({ component, version, digest, kept }) =>
        kept ? (
          <a
            href={`/v1/projects/${project}/artifacts/${digest.slice('sha256:'.length)}/content`}
            download={`${component}-${version}`}
            className={buttonClasses({ size: 'small' })}
            aria-label={`Download ${component} ${version}`}
          >
            <Download size={13} aria-hidden /> Download
          </a>
        ) : (
          <span className="text-12 text-ink-3">not kept</span>
        ),
    },
  ]
}

const RAN: readonly Column<Ran>[] = [
  {
    key: 'resource',
    head: 'On',
    cell: ({ resource }) => <span className="font-mono text-12 font-heading">{resource}</span>,
  },
  {
    key: 'version',
    head: 'Version',
    cell: ({ runs }) => <VersionChip version={runs.version} />,
  },
  { key: 'digest', head: 'Digest', cell: ({ runs }) => <Digest of={runs.digest} /> },
]

function Digest({ of }: { readonly of: string }): ReactElement {
  return (
    <span className="flex items-center gap-1">
      <span className="font-mono text-12 whitespace-nowrap text-ink-2" title={of}>
        {of.slice('sha256:'.length, 'sha256:'.length + 12)}…
      </span>
      <CopyButton text={of} label="Copy the digest" />
    </span>
  )
}
