import type { Figure } from '../../support/check.ts';
import { type Arrived, bodyIsAsSigned, header } from './maildirs.ts';
import { BOUNCE_DOMAIN, PLACES, SLOW_LIMIT } from './places.ts';
import type { Row } from './post.ts';
import { SECOND, type Story } from './story.ts';

/** Postfix's queue, our retries and a busy machine aside, letters on loopback take a second or two. */
const QUICK_SECONDS = 30;

function figure(what: string, found: readonly unknown[] | number, wanted: number): Figure {
  const count = typeof found === 'number' ? found : found.length;
  return { what, found: `${count}`, wanted: `${wanted}`, right: count === wanted };
}

const word = (what: string, found: string, wanted: string): Figure => ({ what, found, wanted, right: found === wanted });

const of = (rows: readonly Row[], domain: string, kind: string) => rows.filter((row) => row.domain === domain && row.kind === kind);

export function arrivalFigures({ rows, again, arrived, plainUrl, strictUrl, status, missed, queued }: Story): Figure[] {
  const wanted = [...rows, ...again].filter(({ state, report }) => state === 'accepted' && report !== 'failed').length;
  const ids = arrived.map(({ address, email }) => `${address} ${email.messageId}`);
  const complete = arrived.filter(isComplete);
  const people = new Set(rows.filter(({ kind }) => kind === 'readers').map(({ address }) => address));
  const reached = new Set(arrived.map(({ address }) => address));
  return [
    figure('letters in Maildirs, of those accepted and not reported back', arrived, wanted),
    figure('letters that lie there twice', ids.length - new Set(ids).size, 0),
    figure(
      'people with a mailbox who have no letter',
      [...people].filter((address) => !reached.has(address)),
      0,
    ),
    figure(
      'letters with sender, recipient, subject, text, Message-ID, return address and both ways to leave as sent',
      complete,
      arrived.length,
    ),
    figure('letters whose text is the one that DKIM signed', arrived.filter(bodyIsAsSigned), arrived.length),
    figure(
      'letters that came over STARTTLS',
      arrived.filter(({ raw }) => /\(using TLSv1\.[23][^)]/.test(raw)),
      arrived.length,
    ),
    word('SMTP_URL=smtp://127.0.0.1:PORT to a relay with a certificate of its own', plainUrl, 'ready'),
    word('… and with ?requireTLS=true alone', strictUrl, 'refused at tls: DEPTH_ZERO_SELF_SIGNED_CERT'),
    figure('sender processes that had a part in it', new Set(rows.flatMap(({ sender }) => sender ?? [])).size, 2),
    word('what was waited for in vain', missed.join('; ') || 'nothing', 'nothing'),
    figure(
      'runs whose equation does not come out',
      status.flatMap(({ letters }) => letters.filter(({ sumIsRight }) => !sumIsRight)),
      0,
    ),
    figure('mails left in Postfix’s queues', queued, 0),
  ];
}

function isComplete({ address, email }: Arrived): boolean {
  const subject = email.subject === `${SECOND} får nya öppettider` || email.subject === 'Biblioteket får nya öppettider';
  const leave = header(email, 'list-unsubscribe');
  return (
    subject &&
    email.from?.address === 'nyheter@alvmark.example' &&
    email.to?.[0]?.address === address &&
    /^<[0-9a-f]{32}\.1@alvmark\.example>$/.test(email.messageId ?? '') &&
    header(email, 'return-path').startsWith('<b+') &&
    header(email, 'return-path').endsWith(`@${BOUNCE_DOMAIN}>`) &&
    leave.includes('<https://press.alvmark.example/unsubscribe/') &&
    leave.includes(`@${BOUNCE_DOMAIN}?subject=unsubscribe>`) &&
    header(email, 'list-unsubscribe-post') === 'List-Unsubscribe=One-Click' &&
    (email.text ?? '').includes('stänger klockan 20') &&
    (email.html ?? '').includes('stänger klockan 20')
  );
}

/** Unknown people: refused at RCPT, and accepted by a backup MX that has to report it. */
export function unknownFigures({ rows, bars, forged }: Story): Figure[] {
  const { here, neighbour } = PLACES;
  const barred = (row: Row, proves: (evidence: Readonly<Record<string, unknown>>) => boolean) =>
    bars.some(({ address, reason, evidence }) => address === row.address && reason === 'hard-bounce' && proves(evidence));
  const atDoor = of(rows, here.domain, 'unknown').filter(
    (row) => row.state === 'rejected' && row.code === '550 5.1.1' && barred(row, ({ code, reply }) => code === row.code && says(reply)),
  );
  const reported = of(rows, neighbour.domain, 'unknown').filter(
    (row) =>
      row.state === 'accepted' &&
      row.report === 'failed' &&
      row.reportCode === '5.1.1' &&
      barred(row, ({ code, reply, bounce }) => code === '5.1.1' && says(reply) && typeof bounce === 'number'),
  );
  return [
    figure('unknown at RCPT (550 5.1.1): rejected, suppressed with the answer as evidence', atDoor, here.unknown),
    figure('unknown behind the backup MX: accepted, then its DSN, suppressed with that as evidence', reported, neighbour.unknown),
    figure(
      'suppressed as hard bounce, all in all',
      bars.filter(({ reason }) => reason === 'hard-bounce'),
      here.unknown + neighbour.unknown,
    ),
    word('a made-up return address at the relay', forged?.slice(0, 9) ?? 'taken', '550 5.1.1'),
  ];
}

const says = (reply: unknown) => typeof reply === 'string' && reply.includes('User unknown') && !/@[a-z]+\.example/.test(reply);

/** Full mailboxes: put off, refused, and found full after the letter was taken. None of it may suppress anybody. */
export function boxFigures({ early, rows, again, bars, verdicts }: Story): Figure[] {
  const { full, neighbour } = PLACES;
  const accepted = (some: readonly Row[]) => some.filter(({ state }) => state === 'accepted');
  const putOff = of(early, full.domain, 'later').filter(({ state, code }) => state === 'deferred' && code === '452 4.2.2');
  const refused = of(rows, full.domain, 'final').filter(({ state, code }) => state === 'rejected' && code === '552 5.2.2');
  const reported = of(rows, neighbour.domain, 'full').filter(({ report, reportCode }) => report === 'failed' && reportCode === '5.2.2');
  const soft = new Set([...putOff, ...refused, ...reported].map(({ address }) => address));
  return [
    figure('full at RCPT (452 4.2.2): deferred', putOff, full.later),
    figure('… and accepted when there was room', accepted(of(rows, full.domain, 'later')), full.later),
    figure('full at RCPT (552 5.2.2): rejected', refused, full.final),
    figure('… and their next letter accepted when there was room', accepted(of(again, full.domain, 'final')), full.final),
    figure('full after the letter was taken: Postfix’s DSN 5.2.2', reported, neighbour.full),
    figure('reports judged soft, of two releases', verdicts.soft ?? 0, 2 * neighbour.full),
    figure(
      'of all these suppressed',
      bars.filter(({ address }) => soft.has(address)),
      0,
    ),
  ];
}

export function greyFigures({ rows }: Story): Figure[] {
  return [PLACES.grey, PLACES.greyByPolicy].map(({ domain, readers }, index) => {
    const survived = of(rows, domain, 'readers').filter(({ state, attempts }) => state === 'accepted' && attempts >= 2);
    return figure(`greylisted (450 4.${index === 0 ? '2.0' : '7.1'}), accepted at a later try`, survived, readers);
  });
}

export function slowFigures({ early, rows, seconds, quickSeconds }: Story): Figure[] {
  const { domain, readers } = PLACES.slow;
  const accepted = (some: readonly Row[]) => of(some, domain, 'readers').filter(({ state }) => state === 'accepted');
  const windows = Math.ceil(readers / SLOW_LIMIT) - 1;
  const took = seconds(domain);
  return [
    {
      what: `seconds until every other domain had its answers, while one took ${SLOW_LIMIT} letters a minute (450 4.7.1)`,
      found: quickSeconds.toFixed(1),
      wanted: `below ${QUICK_SECONDS}`,
      right: quickSeconds > 0 && quickSeconds < QUICK_SECONDS,
    },
    figure('letters the slow domain had taken by then', accepted(early), SLOW_LIMIT),
    figure('letters the slow domain took in the end', accepted(rows), readers),
    {
      what: 'seconds it took for them',
      found: took.toFixed(0),
      wanted: `${windows * 60} to 210`,
      right: took >= windows * 60 && took <= 210,
    },
  ];
}

export function leavingFigures({ left, again, arrived, bars }: Story): Figure[] {
  const barred = new Set([...bars.map(({ address }) => address), ...left.done]);
  const second = arrived.filter(({ email }) => email.subject?.startsWith(SECOND));
  return [
    figure(
      'left by one click, the link read off the letter in the Maildir',
      left.done.filter((one) => one === left.oneClick),
      1,
    ),
    figure(
      'left by mail to the address in List-Unsubscribe, through Postfix',
      left.done.filter((one) => one === left.byMail),
      1,
    ),
    figure(
      'letters of the next release to anybody suppressed or gone',
      second.filter(({ address }) => barred.has(address)),
      0,
    ),
    figure(
      'letters of the next release accepted',
      again.filter(({ state }) => state === 'accepted'),
      nextAudience(),
    ),
  ];
}

/** Everybody of the quick domains but the unknown and the two who left; who is full at the neighbour's gets it accepted, and reported once more. */
function nextAudience(): number {
  const { here, neighbour, full } = PLACES;
  return here.readers - 2 + neighbour.readers + neighbour.full + full.readers + full.later + full.final;
}
