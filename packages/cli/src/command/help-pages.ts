/** Pages of help that belong to no command. */
export const PAGES: Readonly<Record<string, string>> = {
  addresses: `Things have addresses on the command line. The browser has others: a run is a page under its id, /runs/run_…, with
its stages and tasks in it, and a gate is /gates/gat_….

  connected-car-2.0                                   a release, or a pipeline
  connected-car-2.0/7                                 its run 7
  connected-car-2.0/latest                            its newest run
  connected-car-2.0/7/staging                         a stage of that run
  connected-car-2.0/7/staging.exit                    a gate
  connected-car-2.0/7/staging/car-to-phone            a task; a task in a group has the group in front,
                                                      and its last word alone will do where it is the only one
  connected-car-2.0/7/staging/deploy-data-backend/ingest-api/restart@eu-edge-2
                                                      a step on a resource
  data-backend:2.0.0-rc.6                             a snapshot
  pipeline/connected-car                              a definition

Another project goes in front: embedded/vehicle-firmware/412. Without one, names belong to the project of
--project, of LOCKSTEP_PROJECT, or of lockstep.json in this folder; otherwise every project that you may see is
searched, and a name that is there twice is refused.

Every place that takes a name takes an id: run_…, gat_….`,
  conditions: `Conditions of gates are CEL: cel\`facts.incidents.sev1 == 0\` in TypeScript, cel: … in YAML.

  parameters.soak                the parameters of the run
  run.release, run.number        the run itself
  snapshot                       what the run delivers
  results["Unit tests"].passed   what earlier tasks found
  facts.incidents.sev1           what was reported with  lockstep fact report incidents.sev1 0
  device.…, resource.…           in filters

They are parsed and typed when they are applied, and give true or false. A value that is put into the tag becomes a
literal of CEL, never text.`,
  'exit-codes': `0    ok, also when there was nothing to do
1    refused, rejected or failed
2    typed wrongly
3    a fault: the server, the network, or a mistake of ours
130  interrupted; what was started goes on, and the command says so

run watch ends with the outcome of the run. diff ends with 0 whether or not there is a difference; with --exit-code
it ends with 1 when there is one.`,
}
