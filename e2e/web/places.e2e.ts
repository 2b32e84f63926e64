// Where applications run: environments as a whole, what an application is made of, and one environment that is worked at.

import { placeCar } from './placed-car.ts'
import { testApplications } from './places/applications.ts'
import { testEnvironment } from './places/environment.ts'
import { testEnvironments } from './places/environments.ts'
import { setScene } from './scene.ts'

const scene = await setScene(async (served) => {
  const admin = await served.admin()
  const placed = await placeCar(admin)
  await served.person(admin, 'visitor', { project: placed.project, roles: ['viewer'] })
  return placed
})

testEnvironments(scene)
testApplications(scene)
testEnvironment(scene)
