// Every command, in the order of help.

import { accept } from '../commands/account/accept.ts'
import { login } from '../commands/account/login.ts'
import { logout } from '../commands/account/logout.ts'
import { setup } from '../commands/account/setup.ts'
import { status } from '../commands/account/status.ts'
import { whoami } from '../commands/account/whoami.ts'
import { assign } from '../commands/agent/assign.ts'
import { drain } from '../commands/agent/drain.ts'
import { enrol } from '../commands/agent/enrol.ts'
import { listAgents } from '../commands/agent/list.ts'
import { revokeAgent } from '../commands/agent/revoke.ts'
import { showAgent } from '../commands/agent/show.ts'
import { unassign } from '../commands/agent/unassign.ts'
import { listApplications } from '../commands/application/list.ts'
import { showApplication } from '../commands/application/show.ts'
import { listArtifacts } from '../commands/artifact/list.ts'
import { deleteArtifact } from '../commands/artifact/delete.ts'
import { getArtifact } from '../commands/artifact/get.ts'
import { pushArtifact } from '../commands/artifact/push.ts'
import { signArtifact } from '../commands/artifact/sign.ts'
import { showArtifact } from '../commands/artifact/show.ts'
import { verifyArtifact } from '../commands/artifact/verify.ts'
import { createSnapshot } from '../commands/snapshot/create.ts'
import { exportAudit } from '../commands/audit/export.ts'
import { listAudit } from '../commands/audit/list.ts'
import { verifyAudit } from '../commands/audit/verify.ts'
import { completion } from '../commands/completion/script.ts'
import { backUp } from '../commands/db/backup.ts'
import { checkDatabase } from '../commands/db/check.ts'
import { holdDatabase } from '../commands/db/hold.ts'
import { restoreBackup } from '../commands/db/restore.ts'
import { apply } from '../commands/definition/apply.ts'
import { check } from '../commands/definition/check.ts'
import { diff } from '../commands/definition/diff.ts'
import { exportDefinition } from '../commands/definition/export.ts'
import { init } from '../commands/definition/init.ts'
import { writeTypes } from '../commands/definition/types.ts'
import { freeze } from '../commands/environment/freeze.ts'
import { deleteCommand } from '../commands/definition/delete-definition.ts'
import { listEnvironments } from '../commands/environment/list.ts'
import { lock } from '../commands/environment/lock.ts'
import { showEnvironment } from '../commands/environment/show.ts'
import { unfreeze } from '../commands/environment/unfreeze.ts'
import { unlock } from '../commands/environment/unlock.ts'
import { reportFact } from '../commands/fact/report.ts'
import { approve } from '../commands/gate/approve.ts'
import { hold } from '../commands/gate/hold.ts'
import { override } from '../commands/gate/override.ts'
import { listGates } from '../commands/gate/list.ts'
import { reject } from '../commands/gate/reject.ts'
import { resumeGate } from '../commands/gate/resume.ts'
import { retryGate } from '../commands/gate/retry.ts'
import { showGate } from '../commands/gate/show.ts'
import { withdraw } from '../commands/gate/withdraw.ts'
import { addMember } from '../commands/group/add.ts'
import { createGroup } from '../commands/group/create.ts'
import { listGroups } from '../commands/group/list.ts'
import { removeMember } from '../commands/group/remove.ts'
import { showGroup } from '../commands/group/show.ts'
import { acceptDrift } from '../commands/inventory/accept.ts'
import { putBack } from '../commands/inventory/put-back.ts'
import { reportInventory } from '../commands/inventory/report.ts'
import { inventory } from '../commands/inventory/show.ts'
import { logs } from '../commands/logs/logs.ts'
import { chooseNotifications } from '../commands/notification/choose.ts'
import { listNotifications } from '../commands/notification/list.ts'
import { redeliver } from '../commands/notification/redeliver.ts'
import { releaseHold } from '../commands/notification/release.ts'
import { remind } from '../commands/notification/remind.ts'
import { testNotification } from '../commands/notification/send-test.ts'
import { listPipelines } from '../commands/pipeline/list.ts'
import { showPipeline } from '../commands/pipeline/show.ts'
import { createProject } from '../commands/project/create.ts'
import { listProjects } from '../commands/project/list.ts'
import { collect } from '../commands/release/collect.ts'
import { calendar } from '../commands/release/calendar.ts'
import { dossier } from '../commands/release/dossier.ts'
import { listReleases } from '../commands/release/list.ts'
import { rollback } from '../commands/release/rollback.ts'
import { showRelease } from '../commands/release/show.ts'
import { repair } from '../commands/repair/repair.ts'
import { reportApprovals } from '../commands/report/approvals.ts'
import { reportDeployments } from '../commands/report/deployments.ts'
import { reportInventoryAt } from '../commands/report/inventory.ts'
import { addKey } from '../commands/key/add.ts'
import { deleteKey } from '../commands/key/delete.ts'
import { listKeys } from '../commands/key/list.ts'
import { addRepository } from '../commands/repository/add.ts'
import { changeRepository } from '../commands/repository/change.ts'
import { deleteRepository } from '../commands/repository/delete.ts'
import { listRepositories } from '../commands/repository/list.ts'
import { pollRepository } from '../commands/repository/poll.ts'
import { diffRevisions } from '../commands/revision/diff.ts'
import { listRevisions } from '../commands/revision/list.ts'
import { restore } from '../commands/revision/restore.ts'
import { showRevision } from '../commands/revision/show.ts'
import { confirmRole } from '../commands/role/confirm.ts'
import { grant } from '../commands/role/grant.ts'
import { listRoles } from '../commands/role/list.ts'
import { revokeRole } from '../commands/role/revoke.ts'
import { abort } from '../commands/run/abort.ts'
import { listRuns } from '../commands/run/list.ts'
import { pause } from '../commands/run/pause.ts'
import { plan } from '../commands/run/plan.ts'
import { resolve } from '../commands/run/resolve.ts'
import { restart } from '../commands/run/restart.ts'
import { resume } from '../commands/run/resume.ts'
import { retry } from '../commands/run/retry.ts'
import { showRun } from '../commands/run/show.ts'
import { skip } from '../commands/run/skip.ts'
import { startRun } from '../commands/run/start.ts'
import { watch } from '../commands/run/watch.ts'
import { deleteSecret } from '../commands/secret/delete.ts'
import { listSecrets } from '../commands/secret/list.ts'
import { rotateSecret } from '../commands/secret/rotate.ts'
import { setSecret } from '../commands/secret/set.ts'
import { start } from '../commands/server/start.ts'
import { createServiceAccount } from '../commands/service-account/create.ts'
import { listServiceAccounts } from '../commands/service-account/list.ts'
import { diffSnapshots } from '../commands/snapshot/diff.ts'
import { listSnapshots } from '../commands/snapshot/list.ts'
import { showSnapshot } from '../commands/snapshot/show.ts'
import { completeTask } from '../commands/task/complete.ts'
import { createToken } from '../commands/token/create.ts'
import { listTokens } from '../commands/token/list.ts'
import { revokeToken } from '../commands/token/revoke.ts'
import { changeUser } from '../commands/user/change.ts'
import { createUser } from '../commands/user/create.ts'
import { disable } from '../commands/user/disable.ts'
import { enable } from '../commands/user/enable.ts'
import { invite } from '../commands/user/invite.ts'
import { listUsers } from '../commands/user/list.ts'
import type { Command } from './command.ts'

export const COMMANDS: readonly Command[] = [
  start,
  setup,
  login,
  logout,
  whoami,
  status,
  init,
  completion,
  apply,
  diff,
  check,
  writeTypes,
  exportDefinition,
  listRevisions,
  showRevision,
  diffRevisions,
  restore,
  plan,
  listRuns,
  showRun,
  startRun,
  watch,
  retry,
  skip,
  restart,
  pause,
  resume,
  abort,
  resolve,
  logs,
  listGates,
  showGate,
  approve,
  reject,
  withdraw,
  retryGate,
  hold,
  override,
  resumeGate,
  completeTask,
  listReleases,
  showRelease,
  calendar,
  collect,
  rollback,
  dossier,
  deleteCommand('release', 'connected-car-1.9'),
  listApplications,
  showApplication,
  deleteCommand('application', 'winter-app'),
  listPipelines,
  showPipeline,
  deleteCommand('pipeline', 'winter-app'),
  listSnapshots,
  showSnapshot,
  diffSnapshots,
  createSnapshot,
  listArtifacts,
  showArtifact,
  pushArtifact,
  signArtifact,
  addKey,
  listKeys,
  deleteKey,
  getArtifact,
  verifyArtifact,
  deleteArtifact,
  listRepositories,
  addRepository,
  changeRepository,
  deleteRepository,
  pollRepository,
  listEnvironments,
  showEnvironment,
  lock,
  unlock,
  freeze,
  unfreeze,
  deleteCommand('environment', 'connected-car/old-staging'),
  inventory,
  reportInventory,
  acceptDrift,
  putBack,
  listAgents,
  showAgent,
  enrol,
  assign,
  unassign,
  drain,
  revokeAgent,
  reportFact,
  listUsers,
  createUser,
  changeUser,
  invite,
  accept,
  disable,
  enable,
  listGroups,
  showGroup,
  createGroup,
  addMember,
  removeMember,
  listServiceAccounts,
  createServiceAccount,
  listTokens,
  createToken,
  revokeToken,
  listRoles,
  grant,
  confirmRole,
  revokeRole,
  listSecrets,
  setSecret,
  rotateSecret,
  deleteSecret,
  listProjects,
  createProject,
  listAudit,
  verifyAudit,
  exportAudit,
  reportDeployments,
  reportApprovals,
  reportInventoryAt,
  backUp,
  restoreBackup,
  checkDatabase,
  holdDatabase,
  listNotifications,
  remind,
  chooseNotifications,
  redeliver,
  testNotification,
  releaseHold,
  repair,
]
