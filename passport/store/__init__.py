"""Every query, one module a noun. Functions take a Connection, so that routes and the writer share them.

Nothing here commits: whoever opened the transaction does. Every query of a table that a holder owns names the holder.
A transaction that locks several things takes them in one order, so that no two wait for each other: the holder's access
head (access.lock), the holder (entries.append), shares and grants, status lists (status.set_status).
Records are frozen copies of rows; a conditional change answers with a bool or None, so that a refusal is a value.
"""
