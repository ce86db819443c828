"""The commands of `passport`, one module each: `describe` adds its options, `run` does it and returns the exit code."""
