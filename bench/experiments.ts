import { setTimeout as sleep } from 'node:timers/promises';
import { unzipSync } from 'fflate';
import { type Report, reportSchema } from '../core/formats/report.ts';
import { MORNING, type Request, untuned } from '../demo/requests.ts';
import { look, settled } from '../demo/watch.ts';
import { Reader } from '../testing/bot/reader.ts';
import { Agent } from '../testing/town/agent.ts';
import { REPO, type Town } from '../testing/town/town.ts';

/** Two real experiments, one that loses and one that wins: HTTP requests to GitHub, and the runner's own time. */

export type Experiments = { requestsRejected: number; requestsMerged: number; runnerOverheadSeconds: number };

export async function benchExperiments(
  town: Town,
  folder: string,
  trainPy: string,
  say: (text: string) => void,
): Promise<Experiments> {
  say('the incumbent is measured');
  await until(async () => (await leaderboardTracks(town)).includes('cpu'));
  const [loser, winner] = MORNING;
  const requestsRejected = await requestsOf(town, folder, loser!, trainPy, say);
  const requestsMerged = await requestsOf(town, folder, winner!, trainPy, say);

  const overheads = (await reports(town)).map(overhead);
  return { requestsRejected, requestsMerged, runnerOverheadSeconds: Math.max(...overheads) };
}

/** Seconds of a run that neither training nor scoring used: sandboxes, hashing, the report. PyTorch's import is in both of those. */
function overhead({ timings: t }: Report): number {
  return t.totalSeconds - t.trainSeconds - t.claimsSeconds - t.probesSeconds;
}

async function requestsOf(
  town: Town,
  folder: string,
  request: Request,
  trainPy: string,
  say: (text: string) => void,
): Promise<number> {
  const agent = await Agent.join(town.url, request.agent, REPO, folder);
  const files = request.files({ 'train/train.py': untuned(trainPy), 'train/prepare.py': '' });
  await agent.push(request.name, request.title, files);
  const before = (await town.control.requests()).at(-1)?.n ?? 0;
  const number = await agent.open(request.name, request.title, request.body);
  say(`#${number} is measured: ${request.title}`);
  await until(async () => {
    const { pulls } = await look(town.onlooker, REPO);
    return pulls.some((pull) => pull.number === number && settled(pull));
  });
  await sleep(3000); // what the bot does after closing the pull request counts too
  const all = await town.control.requests(before);
  // An installation token is bought once an hour, whatever the number of experiments.
  return all.filter(({ actor, path }) => actor === town.bot && !path.endsWith('/access_tokens')).length;
}

async function reports(town: Town): Promise<Report[]> {
  const { data } = await town.onlooker.actions.listArtifactsForRepo({ ...REPO, per_page: 100 });
  // Beside its report a run may hand over its weights.
  const reported = data.artifacts.filter(({ name }) => name === 'report');
  return Promise.all(
    reported.map(async ({ id }) => {
      const archive = await town.onlooker.actions.downloadArtifact({
        ...REPO,
        artifact_id: id,
        archive_format: 'zip',
      });
      const files = unzipSync(new Uint8Array(archive.data as ArrayBuffer));
      return reportSchema.parse(JSON.parse(Buffer.from(files['report.json']!).toString()));
    }),
  );
}

async function leaderboardTracks(town: Town): Promise<string[]> {
  return Object.keys((await new Reader(town.onlooker).leaderboard()).tracks);
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(500);
}
