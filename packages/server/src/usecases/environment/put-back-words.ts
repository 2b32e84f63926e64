import type { InventoryRow, PutBackRefusal } from '@lockstep/domain'

/** Why no deployment brings a drifted place back, and what helps. */
export function putBackSentence(
  refusal: PutBackRefusal,
  { component, resource }: Pick<InventoryRow, 'component' | 'resource'>,
): string {
  switch (refusal) {
    case 'no_drift':
      return `${component.name} on ${resource} does not drift.`
    case 'resource_gone':
      return `${resource} does no work in this environment any more, so nothing is deployed to it. Assign its agent again, or accept what runs there.`
    case 'nothing_wanted':
      return `Nothing of ${component.name} is wanted on ${resource}, and no deployment takes anything away. Remove it on the host, which its agent sees, or run a process "undeploy" in a pipeline, or accept it.`
    case 'no_snapshot':
      return `What is wanted of ${component.application} here was not brought by one deployment: somebody told or accepted it, or a run ended halfway. Deliver it anew, by a pipeline with this environment or a new release, or accept what runs.`
  }
}
