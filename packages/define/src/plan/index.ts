// Definitions turned into plans: pure, with every fact handed in.

export type {
  KnownSnapshot,
  NestedPlan,
  Pipeline,
  PlanRefusal,
  Revised,
  RunFacts,
  Source,
} from './facts.ts'
export { fullName } from './facts.ts'
export {
  applicationsOf,
  namedVersionsOf,
  nestedPipelinesOf,
  planRun,
  withProcessPlans,
  type RunPlanAnswer,
  type RunPlanInput,
} from './plan-run.ts'
export {
  findLastingSteps,
  pipelineOfWayBack,
  type LastingStep,
  type StageOfWayBack,
} from './way-back.ts'
export { pipelineOfPutBack, type PlaceToPutBack } from './put-back.ts'
export { readProcessDefinitions, type ProcessDefinitionInput } from './process-input.ts'
