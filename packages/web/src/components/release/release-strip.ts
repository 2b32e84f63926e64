// A release and its run as the lanes of a strip.

import { isTerminalStatus } from '@lockstep/domain'
import {
  lanePart,
  type LanePart,
  type StripLane,
  type StripStage,
} from '../lane-strip/lane-strip.ts'
import { shortName } from '../../lib/address.ts'
import type { Release, Run } from '../../lib/runs.ts'
import { shownStateOf, type ShownState } from '../../ui/state.ts'

/** Lanes and stages of a release; without a run the stages of its pipeline, by their titles. */
export function stripOf(
  release: Release,
  run: Run | undefined,
  titles: readonly string[] = [],
): { readonly lanes: readonly StripLane[]; readonly stages: readonly StripStage[] } {
  const lanes = release.applications.map(({ application, passed }) => ({
    application: shortName(application),
    team: teamPart(passed !== null || run !== undefined),
  }))
  const stages =
    run?.stages.map((stage) => ({
      title: stage.title,
      entry: stage.entry.state,
      exit: stage.exit.state,
      lanes: lanes.map(({ application }) =>
        lanePart(
          stage.tasks
            .filter(
              (task) => task.application === null || shortName(task.application) === application,
            )
            .map((task) => shownStateOf(task.state, task.waitsFor?.on ?? null)),
        ),
      ),
    })) ?? titles.map(plannedStage)
  return { lanes, stages }
}

function teamPart(hasPassed: boolean): LanePart {
  return hasPassed ? { state: 'passed', progress: 1 } : { state: 'not_started', progress: 0 }
}

function plannedStage(title: string): StripStage {
  return {
    title,
    entry: 'not_reached',
    exit: 'not_reached',
    lanes: [],
  }
}

/** The state of a release, and the one fact that explains it. */
export function standOf(
  release: Release,
  run: Run | undefined,
  waitsOnMe: string | undefined,
): { readonly state: ShownState; readonly words: string; readonly fact: string } {
  const ready = release.applications.filter(({ snapshot }) => snapshot !== null).length
  if (run === undefined) {
    const fact = `${ready} of ${release.applications.length} snapshots ready`
    return { ...(STANDS[release.state] ?? { state: 'scheduled', words: 'Planned' }), fact }
  }
  if (waitsOnMe !== undefined) return { state: 'waiting', words: 'Waiting on you', fact: waitsOnMe }
  const [waits] = run.waitsFor
  const failed = run.stages
    .flatMap(({ tasks }) => tasks)
    .find(({ state }) => state === 'failed' || state === 'errored')
  if (failed !== undefined && !isTerminalStatus(run.state))
    return { state: 'failed', words: 'Failed', fact: failed.title }
  if (run.paused !== null) return { state: 'on_hold', words: 'On hold', fact: run.paused.reason }
  const state = shownStateOf(run.state, waits?.on ?? null)
  const fact = waits?.what ?? run.working[0] ?? run.next
  return { state, words: WORDS[state] ?? 'Running', fact }
}

/** How a release stands of which no run is looked at. */
const STANDS: Readonly<Record<string, { readonly state: ShownState; readonly words: string }>> = {
  collecting: { state: 'scheduled', words: 'Collecting' },
  ready: { state: 'not_started', words: 'Ready' },
  running: { state: 'running', words: 'Running' },
  failed: { state: 'failed', words: 'Failed' },
  aborted: { state: 'aborted', words: 'Aborted' },
  succeeded: { state: 'passed', words: 'Released' },
  cancelled: { state: 'aborted', words: 'Cancelled' },
}

const WORDS: Readonly<Partial<Record<ShownState, string>>> = {
  waiting: 'Waiting',
  scheduled: 'Scheduled',
  running: 'Running',
  passed: 'Released',
  failed: 'Failed',
  could_not_run: 'Could not run',
  aborted: 'Aborted',
  unknown: 'Unknown',
  not_started: 'Starting',
}
