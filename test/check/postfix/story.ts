import { openTransport } from '../../../src/shared/mail/transport.ts';
import { messageOf } from '../../../src/shared/platform/failure.ts';
import { openLog } from '../../../src/shared/platform/log.ts';
import { loadStatus, type ReleaseStatus } from '../../../src/shared/publishing/status.ts';
import { plainContent, publish } from '../../support/newsdesk.ts';
import { until } from '../../support/newsroom-house.ts';
import { type Arrived, header, readMaildirs } from './maildirs.ts';
import { BOUNCE_DOMAIN, PLACES } from './places.ts';
import { type Bar, barsOf, hasLeft, mailTo, type Row, rowsOf, verdicts } from './post.ts';
import type { Town } from './town.ts';

/** Everything that is to be judged when the story is over. */
export type Story = {
  /** The first release's rows as they stood when the quick domains were done, and at the end. */
  readonly early: readonly Row[];
  readonly rows: readonly Row[];
  /** The second release, which goes to the quick domains after everything that happened to the first. */
  readonly again: readonly Row[];
  /** Seconds from publication until a domain's last answer. */
  seconds(domain: string): number;
  readonly quickSeconds: number;
  readonly bars: readonly Bar[];
  readonly verdicts: Readonly<Record<string, number>>;
  readonly arrived: readonly Arrived[];
  readonly left: { readonly oneClick: string; readonly byMail: string; readonly done: readonly string[] };
  /** What the relay said to a mail for an address that this newsroom never gave out. */
  readonly forged: string | undefined;
  /** What the relay's own certificate does to SMTP_URL as it is written first, and to one that demands a good one. */
  readonly plainUrl: string;
  readonly strictUrl: string;
  readonly status: readonly ReleaseStatus[];
  /** What should have happened and did not, within its time. */
  readonly missed: readonly string[];
  /** Mails that Postfix still holds. */
  readonly queued: number;
};

const FIRST = 'Biblioteket';
export const SECOND = 'Färjan';

const QUICK: readonly string[] = [PLACES.here, PLACES.neighbour, PLACES.full].map(({ domain }) => domain);
const answered = ({ state }: Row) => state !== 'pending' && state !== 'claimed';

/** Publishes, waits, lets two people leave, publishes again; gives what became of it. */
export async function live(town: Town): Promise<Story> {
  const { services } = town.house;
  const missed: string[] = [];
  // What never comes is told among the figures: the others say why.
  const wait = (what: string, condition: () => unknown, limitMs = WAIT_MS) =>
    until(what, condition, limitMs).catch((error) => void missed.push(messageOf(error)));
  town.house.startWorker('delivery');
  const { release } = await publish(town.house, plainContent({}, FIRST));
  const rows = () => rowsOf(services, release);
  await wait('every letter of the quick domains has an answer', async () => {
    const quick = (await rows()).filter(isQuick);
    return quick.length > 0 && quick.every(answered);
  });
  const early = await rows();
  const reports = PLACES.neighbour.unknown + PLACES.neighbour.full;
  await wait('every report has come back', async () => sum(await verdicts(services)) >= reports);
  const left = await leave(town);
  const forged = await mailTo(town.relay.port, {
    from: 'somebody@trangby.example',
    to: `b+${'a'.repeat(48)}@${BOUNCE_DOMAIN}`,
    subject: 'made up',
  });
  town.emptyMailboxes();
  const second = await publish(town.house, plainContent({ topics: ['kollektivtrafik'] }, SECOND));
  for (const one of [second.release, release]) {
    await wait('every letter has its last answer', async () => (await loadStatus(services, one)).overall === 'done', RUN_MS);
  }
  await wait('the second reports have come back', async () => sum(await verdicts(services)) >= reports + 1 + PLACES.neighbour.full);
  await wait('Postfix holds nothing more', async () => (await queued(town)) === 0);
  const last = await rows();
  const status = await Promise.all([release, second.release].map((one) => loadStatus(services, one)));
  const publishedAt = new Date(status[0]!.publishedAt!).getTime();
  const seconds = (some: readonly Row[]) => Math.max(...some.map(({ at }) => ((at?.getTime() ?? Number.NaN) - publishedAt) / 1_000));
  return {
    early,
    rows: last,
    again: await rowsOf(services, second.release),
    seconds: (domain) => seconds(last.filter((row) => row.domain === domain)),
    quickSeconds: seconds(early.filter(isQuick)),
    bars: await barsOf(
      services,
      last.map(({ address }) => address),
    ),
    verdicts: await verdicts(services),
    arrived: [...(await readMaildirs(town.relay.mail)), ...(await readMaildirs(town.neighbour.mail))],
    left,
    forged,
    plainUrl: await answerTo(town.relay.url),
    strictUrl: await answerTo(`${town.relay.url}?requireTLS=true`),
    status,
    missed,
    queued: await queued(town),
  };
}

/** For everything but the slow domain. */
const WAIT_MS = 60_000;
/** Two minutes of the slow domain, and time to spare on a busy machine. */
const RUN_MS = 210_000;

const isQuick = ({ domain }: Row) => QUICK.includes(domain);
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((total, count) => total + count, 0);
const queued = async ({ relay, neighbour }: Town) => (await relay.queued()) + (await neighbour.queued());

/** What a relay at that address answers before any letter. */
async function answerTo(smtpUrl: string): Promise<string> {
  const transport = openTransport({ smtpUrl, inboxPort: undefined }, openLog('check', 'silent', false));
  try {
    const answer = await transport.probe();
    return answer?.kind === 'ours' ? `refused at ${answer.phase}: ${answer.code}` : 'ready';
  } finally {
    await transport.close();
  }
}

/** One presses the button of their mail program, one has a program that mails; both links are read off the letter in the Maildir. */
async function leave(town: Town): Promise<Story['left']> {
  const letters = (await readMaildirs(town.relay.mail)).filter(({ address }) => address.endsWith(`@${PLACES.here.domain}`));
  const [one, other] = letters as [Arrived, Arrived];
  const [link] = /https:[^>]+/.exec(header(one.email, 'list-unsubscribe'))!;
  await fetch(town.house.address() + new URL(link).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: header(one.email, 'list-unsubscribe-post'),
  });
  const mailto = new URL(/mailto:[^>]+/.exec(header(other.email, 'list-unsubscribe'))![0]);
  const refused = await mailTo(town.relay.port, {
    from: other.address,
    to: mailto.pathname,
    subject: mailto.searchParams.get('subject') ?? '',
  });
  if (refused !== undefined) throw new Error(`the relay refused the mail to leave: ${refused}`);
  const leavers = [one.address, other.address];
  const gone = () => Promise.all(leavers.map((address) => hasLeft(town.house.services, address)));
  await until('both have left', async () => (await gone()).every(Boolean), LEAVE_MS).catch(() => undefined);
  const isGone = await gone();
  return { oneClick: one.address, byMail: other.address, done: leavers.filter((_, index) => isGone[index]) };
}

/** The relay asks our receiver whether the address is genuine, and looks for the answer every three seconds. */
const LEAVE_MS = 30_000;
