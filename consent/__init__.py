"""What may be read by whom: grants, shares, presentations and their verification. No clock, no network, no database."""
