"""Who may sign: keys, SD-JWT, credentials, status lists and the trust list. No clock, no network, no database.

Its rooms, by what they are about; roughly, each line builds on those above it:

    bytes and keys      encoding times keys jws x509
    SD-JWT (RFC 9901)   policy sd_jwt outline disclosure key_binding verification
    types of SD-JWT VC  type_members type_metadata type_extension type_rendering claim_rules vc_claims integrity
    entries             entry_type credential issuer_metadata
    standing            status_list status_aggregation trust trust_wire
"""
