"""The commands of `passport`, one module each: `describe` adds its options, `run` does it and returns the exit code.

parsing, terminal, evidence, fetching and report serve them.
"""
