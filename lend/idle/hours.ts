import { Cron } from 'croner';
import { DESCENT } from '../../core/command-name.ts';
import { CommandError, messageOf } from '../../core/errors.ts';

/** The hours in which a machine is lent: when they begin, in the form of cron, and how long each time. */
export interface Hours {
  begins: Cron;
  ends: { after: number } | { at: Cron };
}

const DURATION = /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?$/;
const EXAMPLES = `Examples: ${DESCENT} lend --schedule "0 22 * * *" --until 08:00, or --schedule "0 22 * * 1-5 for 10h in Europe/Berlin".`;

/**
 * `FIVE FIELDS OF CRON [for 7h30m] [in ZONE]`, in the computer's own time zone where none is named.
 * @param until time of day, HH:MM: when they end, where no duration is given
 * @throws CommandError that names what is wrong
 */
export function parseHours(schedule: string, until: string | null): Hours {
  const refuse = (why: string): never => {
    throw new CommandError(`--schedule is ${JSON.stringify(schedule)}: ${why}`, EXAMPLES);
  };
  const [, fields = '', lasts, zone] =
    /^(.*?)(?:\s+for\s+(\S+))?(?:\s+in\s+(\S+))?$/s.exec(schedule.trim()) ?? [];
  const begins = cron(fields, zone, refuse);
  if (begins.nextRun() === null) refuse('there is no such day');
  if (lasts === undefined)
    return until === null
      ? refuse('it says when lending begins, not how long: add `for 10h`, or --until 08:00')
      : { begins, ends: { at: daily(until, zone) } };
  if (until !== null) refuse('it has a duration: leave out --until');
  const [, hours = '0', minutes = '0'] = DURATION.exec(lasts) ?? [];
  const after = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return after > 0
    ? { begins, ends: { after } }
    : refuse(`\`for ${lasts}\` must be a duration such as 10h or 7h30m`);
}

function cron(fields: string, zone: string | undefined, refuse: (why: string) => never): Cron {
  try {
    const made = new Cron(fields, { paused: true, mode: '5-part', ...(zone && { timezone: zone }) });
    made.nextRun(); // an unknown time zone is noticed here
    return made;
  } catch (error) {
    if (/timezone/i.test(messageOf(error))) return refuse(`${zone} is no time zone, as Europe/Berlin is one`);
    return refuse(`must be MINUTE HOUR DAY MONTH WEEKDAY: ${messageOf(error).replace(/^CronPattern: /, '')}`);
  }
}

function daily(time: string, zone?: string): Cron {
  const [hour, minute] = time.split(':');
  return new Cron(`${minute} ${hour} * * *`, { paused: true, ...(zone && { timezone: zone }) });
}

/** Whether these hours are now, and until when; or when they are next, null for never. */
export function hoursAt({ begins, ends }: Hours, now: number): { until: Date } | { next: Date | null } {
  // One that begins in this very second has begun.
  const [began] = begins.previousRuns(1, new Date(now + 1000));
  if (began) {
    const until = 'after' in ends ? new Date(began.getTime() + ends.after) : ends.at.nextRun(began);
    if (until && until.getTime() > now) return { until };
  }
  return { next: begins.nextRun(new Date(now)) };
}

/** When it is this time of day next. @param time HH:MM */
export function nextTime(time: string, now: number): Date {
  return daily(time).nextRun(new Date(now))!;
}
