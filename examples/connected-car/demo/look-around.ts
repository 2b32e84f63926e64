// Where a person finds what the demo shows, and what they are asked to decide.

import type { Gate } from './approver.ts'
import type { Evidence } from './evidence.ts'
import { addressOn, HOSTS } from './hosts.ts'
import { PASSWORD, type Scene } from './scene.ts'
import { runPage } from './visitor.ts'

/** How this gate is decided, by whom, with which commands. */
export function presentQuestion(gate: Gate, url: string): readonly string[] {
  const { approvals, runAddress, address, project, title } = gate
  const people = approvals.flatMap(({ waitsFor }) => waitsFor)
  return [
    `  ${title} waits for you: ${url}/gates/${gate.id}`,
    `    Sign in as ${people.join(' or ')}, password: ${PASSWORD}. Or in another terminal:`,
    ...people.flatMap((name) => [
      `    npm run lockstep -- login ${url} --name ${name}`,
      `    npm run lockstep -- gate approve ${address} --project ${project}`,
    ]),
    `  Watch the run:  npm run lockstep -- run watch ${runAddress} --project ${project}`,
  ]
}

/** Where the release's run is found, as long as the server runs. */
export function presentAddress({ releaseRuns }: Evidence, url: string): string {
  const run = releaseRuns.at(-1)
  return run === undefined ? 'No release has run.' : `Its page: ${runPage(url, run.address)}`
}

/** The lights of Production's cars as a terminal shows them. */
export function presentLights({ gathered }: Evidence, hasColours: boolean): string {
  const lights = (gathered?.product.cars ?? []).map(({ name, light, hex }) => {
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
    const dot = hasColours ? `\u001B[38;2;${red};${green};${blue}m●\u001B[0m` : '●'
    return `${dot} ${name} ${light}`
  })
  return `Lights of the cars        ${lights.join('     ')}`
}

/** Everything that `--keep` leaves to look at. */
export function presentPlaces(scene: Scene): readonly string[] {
  const at = (host: string, component: string): string =>
    `${addressOn(scene.places.firstPort, host, component) ?? ''}/`
  const cars = HOSTS.filter(({ labels }) => labels.includes('prod-car')).map(({ name }) => name)
  return [
    'Everything keeps running until you press Ctrl-C.',
    `  Lockstep       ${scene.url}     sign in as release-manager, password: ${PASSWORD}`,
    `  command line   npm run lockstep -- login ${scene.url} --name release-manager`,
    `  dashboard      ${at('prod-edge-1', 'fleet-dashboard')}`,
    `  phone          ${at('prod-phone-1', 'owner-app')}`,
    `  lights         ${cars.map((name) => at(name, 'battery-light')).join('  ')}`,
    `  mail           ${scene.outbox}`,
    `  repositories   ${scene.repositories}`,
  ]
}
