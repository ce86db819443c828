// Let @sd-jwt/sd-jwt-vc issue and present. Standard input: a JSON array of
// {claims, frame, shown, hash, issuerKey, holderKey, binding}; standard output: an array of presentations.
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";

const HASHES = new Map([["sha-256", "sha256"], ["sha-384", "sha384"], ["sha-512", "sha512"]]);
const ES256 = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

function signerOf(jwk) {
  return async (data) => {
    const key = await webcrypto.subtle.importKey("jwk", jwk, ES256, true, ["sign"]);
    return Buffer.from(await webcrypto.subtle.sign(ES256, key, Buffer.from(data))).toString("base64url");
  };
}

async function issue({ claims, frame, shown, hash, issuerKey, holderKey, binding }) {
  const instance = new SDJwtVcInstance({
    hasher: (data, alg) => createHash(HASHES.get(alg)).update(data).digest(),
    hashAlg: hash,
    saltGenerator: async (length) => randomBytes(length).toString("base64url"),
    signer: signerOf(issuerKey),
    signAlg: "ES256",
    kbSigner: signerOf(holderKey),
    kbSignAlg: "ES256",
  });
  const credential = await instance.issue(claims, frame);
  return instance.present(credential, shown, { kb: { payload: binding } });
}

const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await Promise.all(cases.map(issue))));
