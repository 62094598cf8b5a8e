import { CommandError } from '../../core/errors.ts';
import { typedNumber } from '../costs.ts';
import type { Settings } from '../settings.ts';

/** What electricity costs the owner, and what the computer draws: asked once, and kept in the settings. */

/** Types an answer at the terminal; null where nobody is there. */
type Typed = ((question: string) => Promise<string>) | null;

/**
 * @param given by --price
 * @returns the settings as they are from now on; the same object where nothing is new
 */
export async function withElectricity(
  settings: Settings,
  given: number | null,
  cardWatts: number | null,
  typed: Typed,
): Promise<Settings> {
  if (given !== null) return given === settings.price ? settings : { ...settings, price: given };
  // Whoever answered with nothing is not asked again: 0 and null are answers.
  if (settings.price !== null || settings.asked || typed === null) return settings;
  const price = await number(
    typed,
    'What does a kilowatt-hour cost you, in your own money, such as 0.31? (Enter: not said)',
    100,
  );
  const watts =
    price === null || settings.watts !== null
      ? settings.watts
      : await number(
          typed,
          `How many watts does this computer draw at full work? (Enter: ${cardWatts === null ? 'not known' : `the card's ${cardWatts} W`})`,
          100_000,
        );
  return { ...settings, price, watts, asked: true };
}

async function number(typed: NonNullable<Typed>, question: string, most: number): Promise<number | null> {
  for (let tries = 0; tries < 3; tries += 1) {
    const value = typedNumber(await typed(`${question} `));
    if (value === null || (value !== undefined && value <= most)) return value;
  }
  throw new CommandError('three answers were no number', 'Give the price as an option: --price 0.31');
}
