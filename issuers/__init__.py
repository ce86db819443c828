"""Who may sign: keys, SD-JWT, credentials, status lists and the trust list. No clock, no network, no database."""
