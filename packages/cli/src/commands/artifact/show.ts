import { answer, viewOf } from '../../command/answer.ts'
import { command } from '../../command/command.ts'
import type { Artifact } from '../../documents.ts'
import { presentTime, type View } from '../../present/time.ts'
import { artifactArguments, findArtifact } from './find-artifact.ts'

export const showArtifact = command({
  words: 'artifact show',
  arguments: artifactArguments,
  summary: 'Show an artifact: its bytes by digest, its commit, its contracts',
  examples: [
    'lockstep artifact show ingest-api 2.0.0-rc.6 -p backend',
    'lockstep artifact show ios-app 2.0.0-b57 -p mobile --json',
  ],
  async run(context, { component, version }) {
    const client = await context.connect()
    const { artifact } = await findArtifact(context, client, component, version)
    return answer(context, artifact, presentArtifact(artifact, viewOf(context)))
  },
})

function presentArtifact(artifact: Artifact, view: View): string {
  const { provides, requires, commit, sbom } = artifact
  const contracts = (words: Readonly<Record<string, string>>): string =>
    Object.entries(words)
      .map(([name, versions]) => `${name} ${versions}`)
      .join(', ')
  return [
    `${artifact.component} ${artifact.version} of ${artifact.application}, since ${presentTime(artifact.at, view)}`,
    `Digest    ${artifact.digest}`,
    `Bytes     ${artifact.sizeBytes.toLocaleString('en')}`,
    ...(commit === null ? [] : [`Commit    ${commit}`]),
    ...(Object.keys(provides).length === 0 ? [] : [`Provides  ${contracts(provides)}`]),
    ...(Object.keys(requires).length === 0 ? [] : [`Requires  ${contracts(requires)}`]),
    `SBOM      ${sbom ?? 'none'}`,
    `Signed    ${artifact.signedBy.length === 0 ? 'by no key that is trusted' : `by ${artifact.signedBy.join(', ')}`}`,
  ].join('\n')
}
