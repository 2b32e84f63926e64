// What is listed, searched and found: in one world, each suite with what those before it have left.

import { testAgents } from './lists/agents.ts'
import { testEvidence } from './lists/evidence.ts'
import { testPalette } from './lists/palette.ts'
import { testPipelines } from './lists/pipelines.ts'
import { setScene } from './scene.ts'
import { tellStory } from './story.ts'

const scene = await setScene(tellStory)

testEvidence(scene) // First: what was written before it is on one page of the trail.
testAgents(scene)
testPipelines(scene)
testPalette(scene)
