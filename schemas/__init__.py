"""What a passport says: sections, vocabulary, the plan, FHIR and errors. No clock, no network, no database."""
