// The pipeline that takes the connected car through Staging and Production, as a source of its own beside the story.

import type { Story } from './story.ts'

type Json = Record<string, unknown>

const deploy = (application: string, more: Json = {}): Json => ({
  kind: 'deploy',
  application: { name: application },
  ...more,
})
const suite = (name: string, ...run: readonly string[]): Json => ({
  kind: 'test',
  name,
  agent: 'bench',
  run,
})

/** The definition; `limit`: which share of ingest errors the exit gate of Staging lets through. */
export function carReleaseOf(limit: number): Json {
  return {
    kind: 'pipeline',
    name: 'car-release',
    title: 'Car release',
    parameters: [{ kind: 'duration', name: 'soak', title: 'Soak', default: '2h' }],
    stages: [
      {
        kind: 'stage',
        name: 'staging',
        environment: { name: 'staging' },
        entry: [{ kind: 'compatible' }],
        tasks: [
          {
            kind: 'side_by_side',
            name: 'applications',
            tasks: [
              { ...deploy('data-backend'), kind: 'prepare' },
              deploy('data-backend', { name: 'Deploy data-backend', timeout: '30m' }),
            ],
          },
          {
            kind: 'one_after_another',
            name: 'Together',
            tasks: [
              suite('Telemetry round trip', 'sh', 'round-trip.sh'),
              suite('v1 cars on v2 backend', 'sh', 'mixed.sh'),
              suite('Charge within ±1 %', 'sh', 'charge.sh'),
            ],
          },
        ],
        exit: [
          { kind: 'all_tasks_passed' },
          {
            kind: 'metric',
            name: 'Ingest errors',
            promql: 'sum(rate(ingest_errors[5m]))',
            below: limit,
            for: { parameter: 'soak' },
          },
          {
            kind: 'approval',
            name: 'Ready for Production',
            by: [{ group: 'qa' }],
            need: 1,
          },
        ],
      },
      {
        kind: 'stage',
        name: 'production',
        environment: { name: 'production' },
        tasks: [
          deploy('data-backend'),
          {
            kind: 'manual',
            name: 'Tell the owners',
            by: [{ group: 'qa' }],
            instructions: 'Send the letter.',
          },
        ],
        exit: [{ kind: 'all_tasks_passed' }],
      },
    ],
  }
}

const applied = async (story: Story, limit: number, comment: string): Promise<void> => {
  await story.admin.applyDefinitions({
    project: story.project,
    source: 'car-release',
    definitions: [{ definition: carReleaseOf(limit) }],
    comment,
  })
}

/** Makes revision 1. */
export function carRelease(story: Story): Promise<void> {
  return applied(story, 0.3, 'The first')
}

/** Makes revision 2, with a weaker gate. */
export function editRelease(story: Story): Promise<void> {
  return applied(story, 0.5, 'Let more through <b>for now</b>')
}
