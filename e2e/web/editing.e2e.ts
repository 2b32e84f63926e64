// What people set and edit: in one world, each suite with what those before it have left.

import { testPipelineEditor } from './editing/pipeline-editor.ts'
import { testSettings } from './editing/settings.ts'
import { testSigns } from './editing/signs.ts'
import { setScene } from './scene.ts'
import { tellStory } from './story.ts'

const scene = await setScene(tellStory)

testPipelineEditor(scene)
testSettings(scene)
testSigns(scene)
