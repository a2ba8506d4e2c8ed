// fhir-kit-client reads a case from a running hub and prints what it found. tests/clients/test_fhir_kit_client.py copies
// this file beside the installed package and runs it there.
import { Client } from "fhir-kit-client";

const [baseUrl, bearerToken, patient, cprToken] = process.argv.slice(2);
const client = new Client({ baseUrl, bearerToken });

const statement = await client.capabilityStatement();
const woman = await client.read({ resourceType: "Patient", id: patient });
const versions = await client.history({ resourceType: "EpisodeOfCare", id: patient });
const posted = await client.search({
  resourceType: "Patient",
  searchParams: { identifier: cprToken },
  options: { postSearch: true },
});

const acts = [];
let page = await client.search({ resourceType: "Communication", searchParams: { patient, _count: 2 } });
while (page) {
  acts.push(...(page.entry ?? []).map((entry) => entry.resource.id));
  page = page.link.some((link) => link.relation === "next") ? await client.nextPage({ bundle: page }) : null;
}
const everything = await client.request(`Patient/${patient}/$everything?_count=100`);
let refused = null;
try {
  await client.read({ resourceType: "Patient", id: "00000000-0000-4000-8000-000000000000" });
} catch (error) {
  refused = error.response?.data?.resourceType ?? String(error);
}

console.log(
  JSON.stringify({
    fhirVersion: statement.fhirVersion,
    family: woman.name[0].family,
    versions: versions.total,
    posted: posted.entry.map((entry) => entry.resource.id),
    acts,
    everything: everything.entry.length,
    refused,
  }),
);
