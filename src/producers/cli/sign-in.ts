import { listAccounts } from '../../shared/accounts/accounts.ts';
import { createSignInLink } from '../../shared/accounts/sessions.ts';
import type { Config } from '../../shared/platform/config.ts';
import type { Services } from '../../shared/services.ts';

/** An account, and what signs it in once; undefined when it is not to be shown. */
export type SignIn = { readonly account: string; readonly token: string | undefined };

/** More links than this are no help; the rest get theirs by name. */
const MOST_LINKS = 6;

/** A fresh link for each account there is, as far as they may be shown here. */
export async function makeSignIns(services: Services): Promise<SignIn[]> {
  const show = mayShow(services.config);
  const signIns: SignIn[] = [];
  for (const { account } of await listAccounts(services.database)) {
    const token = show && signIns.length < MOST_LINKS ? await createSignInLink(services.database, account) : undefined;
    signIns.push({ account, token });
  }
  return signIns;
}

/** A link opens the desk to whoever reads it: where real mail leaves it does not belong into a service's journal. */
function mayShow(config: Config): boolean {
  return process.stdout.isTTY === true || config.smtpUrl === undefined;
}

/** What `up` says about getting in, as rows of name and value. */
export function signInRows(base: string, signIns: readonly SignIn[]): [string, string][] {
  if (signIns.length === 0) return [['accounts', 'none yet:  ./depesch account create ID --name NAME --email ADDRESS --role author']];
  const rows = signIns.flatMap(({ account, token }): [string, string][] =>
    token === undefined ? [] : [['sign in', `${base}/desk/sign-in/${token}  (${account}, once)`]],
  );
  if (rows.length < signIns.length) rows.push(['sign in', './depesch account link ID  makes a link that signs in once']);
  return rows;
}
