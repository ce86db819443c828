"""The service: rows, queries, HTTP, pages, sign-in and the command line. The only floor with I/O.

Its rooms, by what they are about; roughly, each line builds on those above it:

    storing             storage_errors private_files writer db tables store migrate migrations
    one deployment      settings deployment readiness
    keys and secrets    custody keystore vault rotation lookup hashing tombstones
    who signs           issuing issuer_standing issuer_documents anchors organisations decoys statuses entry_status
    the access log      access log_lines log_tree sequencer log_promises log_exporting log_check
    messages            messages outbox delivery contacts alerts reminders mailing
    the passport        holders auth records reading acceptance forms form_errors
    practitioners       append_grants appending appointment_form plans
    receipts            decisions receipts grant_receipts kept_receipts held_receipts read_receipts
    preparing a share   share_request releasing telling_places previewing
    a share's life      sealed_grants sealed_shares sharing share_life live_shares following
    opening a share     viewing_sessions file_tickets admission opening viewing exposure
    what is answered    reply_tokens replies openers reply_requests day_budgets work_emails recipient_terms
    changes at work     answers countersigning reviews
    leaving             exporting erasure purging rewording
    pages and HTTP      i18n locale templates static web routes app serving
    commands            stories demo commands cli
"""
