"""What a passport says: sections, vocabulary, the plan, FHIR and errors. No clock, no network, no database.

Its rooms, by what they are about; roughly, each line builds on those above it:

    errors and words    errors labels vocabulary words problems
    codes               snomed adjustment_codes adjustment_terms_cy telling_codes
    words that tell     telling_words telling_conditions telling_clinics telling_medicines telling_words_cy
    sections            marks fields sections catalogue signed_only plan_entries plan
    read and exchanged  readable metadata fhir_resources fhir
    consent             consent_vocabulary consent_words consent_notice recipient_terms reply_vocabulary
    the JSON API        wire reply_wire recipient_wire
"""
