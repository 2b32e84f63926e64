// What is delivered, and who lets it through: in this order, since a gate that passes changes what runs in Production.

import { deliverCar } from './delivered-car.ts'
import { testDrift } from './delivery/drift.ts'
import { testGates } from './delivery/gates.ts'
import { testReleases } from './delivery/releases.ts'
import { testSteps } from './delivery/steps.ts'
import { testSnapshots } from './delivery/snapshots.ts'
import { setScene } from './scene.ts'

const scene = await setScene(deliverCar, { LOCKSTEP_GIT_PROTOCOLS: 'file' })

testSnapshots(scene)
testSteps(scene)
testReleases(scene)
testGates(scene)
testDrift(scene)
