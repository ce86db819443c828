"""What may be read by whom: grants, shares, presentations and their verification. No clock, no network, no database.

Its rooms, by what they are about:

    deciding            grant limits presets
    words that tell     telling telling_terms telling_text telling_misspelt
    what is let out     presentation bundle shown changes following
    the link            share share_code qr manifest sealed_file rewritten_link
    verifying           verify verification steps deciding_step key_binding status standing
    without a network   offline evidence_file token_type without_trust
    receipts            receipt receipt_words receipt_token receipt_dpv receipt_fhir receipt_check reading
    the access log      access_event access_log merkle merkle_proof checkpoint signed_note
    taking it along     log_export log_verification log_promise promise_check
    what is answered    reply reply_rights countersign review calendar
    who answers         assurance work_email personal_domains
"""
