// The documents of the server, as the client gives them.

import type { Client } from '@lockstep/client'

type DocumentOf<Name extends keyof Client> = Client[Name] extends (
  ...given: never[]
) => Promise<infer Answer>
  ? Answer
  : never

export type Run = DocumentOf<'showRun'>
export type RunPage = DocumentOf<'listRuns'>
export type RunSummary = RunPage['items'][number]
export type UsualTimes = DocumentOf<'showUsualTimes'>
export type Stage = Run['stages'][number]
export type GateSummary = Stage['entry']
export type Task = Stage['tasks'][number]
export type Step = Task['steps'][number]
export type Job = Step['jobs'][number]
export type WaitingTask = DocumentOf<'listWaitingTasks'>['items'][number]
export type Gate = DocumentOf<'showGate'>
export type Plan = DocumentOf<'makePlan'>
export type Applied = DocumentOf<'applyDefinitions'>
export type Definition = DocumentOf<'showDefinition'>
export type Release = DocumentOf<'showRelease'>
export type Inventory = DocumentOf<'showInventory'>
export type InventoryRow = Inventory['items'][number]
export type Environment = DocumentOf<'showEnvironment'>
export type Snapshot = DocumentOf<'listSnapshots'>['items'][number]
export type Agent = DocumentOf<'listAgents'>['items'][number]
export type Project = DocumentOf<'showProject'>
export type User = DocumentOf<'showUser'>
export type Group = DocumentOf<'showGroup'>
export type Grant = DocumentOf<'listGrants'>['items'][number]
export type GrantChanged = DocumentOf<'grantOnProject'>
export type MailChoices = DocumentOf<'showMailChoices'>
export type AuditVerification = DocumentOf<'verifyAudit'>
export type Artifact = DocumentOf<'listArtifacts'>['items'][number]
export type Secret = DocumentOf<'listSecrets'>['items'][number]
export type Calendar = DocumentOf<'showCalendar'>
export type Hold = DocumentOf<'showHold'>
