import { definitionDigest, parseDefinition, type ReleaseDefinition } from '@lockstep/define/check'
import type { PlanRefusal } from '@lockstep/define/plan'

import type { StoredDefinition } from '../../postgres/deliverables/definition-store.ts'

/** A release as somebody writes it, as if it had been applied to this project; or everything that is wrong with it. */
export function draftRelease(
  json: unknown,
  {
    project,
    projectNumber,
    sees,
  }: {
    readonly project: string
    readonly projectNumber: number
    /** Whether the caller sees this project: a plan tells what is in its environments. */
    readonly sees: (project: string) => boolean
  },
):
  | { readonly ok: true; readonly release: StoredDefinition<'release'> }
  | { readonly ok: false; readonly refusals: readonly PlanRefusal[] } {
  const parsed = parseDefinition(json)
  if (!parsed.ok) {
    return {
      ok: false,
      refusals: parsed.findings.map(({ code, message }) => ({ code, where: '', message })),
    }
  }
  const { definition } = parsed
  if (definition.kind !== 'release') {
    return refuse('wrong_type', 'This is not a release.')
  }
  const hidden = projectsIn(definition).find((one) => one !== project && !sees(one))
  if (hidden !== undefined) {
    return refuse('unknown_name', `There is no project "${hidden}", or you do not see it.`)
  }
  return {
    ok: true,
    release: {
      project,
      projectNumber,
      kind: 'release',
      name: definition.name,
      definition,
      digest: definitionDigest(definition),
      // Of no revision, and by nobody: it is not kept.
      uuid: '',
      revision: 0,
      newest: 0,
      editor: '',
      source: '',
      aheadOfSource: false,
      comment: '',
      file: null,
      at: new Date(0),
    },
  }
}

function refuse(
  code: string,
  message: string,
): { readonly ok: false; readonly refusals: readonly PlanRefusal[] } {
  return { ok: false, refusals: [{ code, where: '', message }] }
}

/** Other projects that the definition names. */
function projectsIn({
  pipeline,
  applications,
  environments,
}: ReleaseDefinition): readonly string[] {
  const references = [
    pipeline,
    ...applications.flatMap(({ application, from }) => [application, from]),
    ...Object.values(environments),
  ]
  return references.flatMap(({ project }) => (project === undefined ? [] : [project]))
}
