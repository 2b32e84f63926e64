// What changes while somebody looks, and what is said when the server is gone: in one world, which Home finds quiet.

import { testHome } from './live/home.ts'
import { testRunStates } from './live/run-states.ts'
import { setScene } from './scene.ts'
import { tellStory } from './story.ts'

const scene = await setScene(tellStory)

testHome(scene)
testRunStates(scene)
