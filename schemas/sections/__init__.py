"""The body of each section as a pydantic model, split by noun. `schemas.catalogue` says which body belongs to which.

A body's fields are its claims. A scalar or an object is one disclosure; a list is one disclosure per row. What would
be unsafe or misleading apart is therefore one row: what to do with what not to do, a change with its status.
"""
