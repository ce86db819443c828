// Let @sd-jwt/sd-jwt-vc judge presentations. Standard input: a JSON array of
// {presentation, issuerKey, nonce, statusList, statusKey, now}; standard output: an array of {ok, claims, error}.
// Key binding is required where there is a nonce. Times, in seconds, may be a minute off.
// A judge of acceptance only: this version lets some broken tokens through, so its "ok" proves little about a fake.
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const HASHES = new Map([["sha-256", "sha256"], ["sha-384", "sha384"], ["sha-512", "sha512"]]);
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

function verifierOf(jwk) {
  return async (data, signature) => {
    const key = await webcrypto.subtle.importKey("jwk", jwk, ES256, true, ["verify"]);
    return webcrypto.subtle.verify(ES256, key, Buffer.from(signature, "base64url"), Buffer.from(data));
  };
}

async function judge({ presentation, issuerKey, nonce, statusList, statusKey, now }) {
  const instance = new SDJwtVcInstance({
    hasher: (data, alg) => createHash(HASHES.get(alg)).update(data).digest(),
    hashAlg: "sha-256",
    verifier: verifierOf(issuerKey),
    kbVerifier: (data, signature, payload) => verifierOf(payload.cnf.jwk)(data, signature),
    statusListFetcher: async () => statusList,
    statusVerifier: verifierOf(statusKey),
  });
  try {
    const { payload } = await instance.verify(presentation, {
      keyBindingNonce: nonce,
      currentDate: now,
      skewSeconds: 60,
    });
    return { ok: true, claims: payload };
  } catch (error) {
    return { ok: false, error: String(error) };
  }
}

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await Promise.all(cases.map(judge))));
