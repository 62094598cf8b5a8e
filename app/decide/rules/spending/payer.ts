import type { Config } from '../../../../core/formats/config.ts';
import type { Ledger } from '../../../../core/formats/ledger.ts';
import { own } from '../../../../core/names.ts';

/** Whose credits a person spends. */

export interface Person {
  login: string;
  /** GitHub's number of the account; null where it says none. */
  id: number | null;
}

/**
 * The account of GitHub's number. What runners earned whose names say a login alone belongs to nobody that GitHub could vouch for,
 * since logins change hands: it is spent by the one whose number the configuration gives for that login.
 */
export function accountOfPerson(
  { login, id }: Person,
  ledger: Pick<Ledger, 'accounts'>,
  { numbers }: Pick<Config, 'numbers'>,
): string | null {
  if (id === null) return null;
  const numbered = `#${id}`;
  const name = login.toLowerCase();
  const named = `@${name}`;
  const isNamed = own(ledger.accounts, numbered) === undefined && own(ledger.accounts, named) !== undefined;
  return isNamed && own(numbers, name) === id ? named : numbered;
}
