// Let kill-the-clipboard resolve SMART Health Links as any viewer would, over HTTP. Standard input: a JSON array of
// {shlink, recipient, passcode?, embeddedLengthMax?}; standard output: an array of {resources} or {error, message}.
import { readFileSync } from "node:fs";
import { SHLViewer } from "kill-the-clipboard";

async function resolve({ shlink, ...asked }) {
  try {
    const viewer = new SHLViewer({ shlinkURI: shlink });
    const { manifest, fhirResources } = await viewer.resolveSHL(asked);
    return { manifest, resources: fhirResources };
  } catch (error) {
    return { error: error.constructor.name, message: error.message };
  }
}

const answers = [];
for (const asked of JSON.parse(readFileSync(0, "utf8"))) answers.push(await resolve(asked));
process.stdout.write(JSON.stringify(answers));
