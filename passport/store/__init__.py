"""Every query, one module a noun. Functions take a Connection, so that routes and the writer share them.

Nothing here commits: whoever opened the transaction does. Every query of a table that a holder owns names the holder.
Records are frozen copies of rows; a conditional change answers with a bool or None, so that a refusal is a value.
"""
