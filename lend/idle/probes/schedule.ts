import { type Hours, hoursAt } from '../hours.ts';
import { busy, free, type Probe } from './probe.ts';

/** Whether it is one of the hours for which the owner lends the machine. */
export function schedule(hours: Hours, now: () => number): Probe {
  return {
    name: 'schedule',
    async read() {
      const at = hoursAt(hours, now());
      if ('until' in at) return free(`lent until ${clock(at.until)}`);
      return busy(at.next ? `lent again from ${clock(at.next)}` : 'its hours are over for good');
    },
  };
}

/** As the owner's own clock shows it. */
export function clock(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
