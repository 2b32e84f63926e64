// Definitions checked, loaded, compared and printed: what the command line and the server use.

export { definitionDigest } from './schema/definition-digest.ts'
export {
  DEFINITION_KINDS,
  DEFINITION_SCHEMAS,
  definitionText,
  parseDefinition,
  type Definition,
  type DefinitionKind,
  type ParsedDefinition,
} from './schema/definition.ts'
export {
  PLACE_KINDS,
  placesOf,
  type ApplicationDefinition,
  type ApplicationTierDefinition,
  type ComponentDefinition,
  type PlaceKind,
} from './schema/application.ts'
export type {
  EnvironmentDefinition,
  EnvironmentTierDefinition,
  EnvironmentTierOf,
  TierMapDefinition,
  WaveDefinition,
} from './schema/environment.ts'
export type {
  ParameterDefinition,
  PipelineDefinition,
  StageDefinition,
  TriggerDefinition,
} from './schema/pipeline.ts'
export type { CollectDefinition, ReleaseDefinition } from './schema/release.ts'
export type {
  SingleTaskDefinition,
  TaskDefinition,
  TaskGroupDefinition,
  TaskOf,
} from './schema/task.ts'
export type {
  ApprovalDefinition,
  CheckDefinition,
  HttpCheckDefinition,
  RuleDefinition,
  RuleGroupDefinition,
} from './schema/rule.ts'
export type { StepDefinition, StepOf } from './schema/process.ts'
export { presentReference, type ApproverDefinition, type Reference } from './schema/reference.ts'
export type { ConditionText, ParameterReference } from './schema/value.ts'
export { parseDuration, parseShare } from './schema/duration.ts'
export { addressOf, titleOf } from './schema/name.ts'
export { DEVICE_TIME, parseWindow, type Day, type Window } from './schema/window.ts'
export * from './schema/limits.ts'
export { MISTAKE_CODES, type Mistake, type MistakeCode } from './mistake/mistake.ts'
export type { Finding, Pointer } from './mistake/finding.ts'
export { findNearest, listInWords } from './mistake/nearest.ts'
export {
  compileCondition,
  evaluateCondition,
  parseCondition,
  type CompiledCondition,
  type Evaluated,
  type ParsedCondition,
} from './condition/condition.ts'
export {
  DEVICE_SCOPE,
  RESOURCE_SCOPE,
  runScope,
  UNTYPED_FACTS,
  type ConditionScope,
  type FieldType,
} from './condition/scope.ts'
export type { ConditionMistake } from './condition/type-mistake.ts'
export { loadFolder, loadYamlText, type Loaded } from './load/folder.ts'
export {
  readDefinition,
  type LoadedDefinition,
  type OwnSource,
  type ReadDefinition,
} from './load/read-definition.ts'
export type { Origin, Position, Wanted } from './load/origin.ts'
export { inReadingOrder, toMistake } from './mistake/locate.ts'
export { presentPath } from './mistake/path.ts'
export { presentMistakes } from './mistake/present.ts'
export { checkDefinitions, type Checked } from './checks/check-definitions.ts'
export { summarizeDefinitions } from './checks/world.ts'
export type {
  Known,
  KnownApplication,
  KnownEnvironment,
  KnownGroup,
  KnownParameter,
  KnownPipeline,
} from './checks/known.ts'
export { presentAsYaml } from './notation/present-yaml.ts'
export { withoutDefaults, withoutInferred } from './notation/sparse.ts'
export {
  compareDefinitions,
  type Breaking,
  type ChangeRefusal,
  type Comparison,
  type DefinitionChange,
  type DefinitionName,
  type Surroundings,
} from './difference/compare.ts'
export type { Change, EntryChange } from './difference/changes.ts'
export type { Weakening } from './difference/weakens.ts'
export { presentDifference, type DifferenceContext } from './difference/present.ts'
export { presentKnownTypes, readKnownTypes } from './known/present-known.ts'
