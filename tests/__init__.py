"""The tests. A package, because two of the libraries install a stray `tests` package that would hide it."""
