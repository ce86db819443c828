"""The service: rows, queries, HTTP, pages, sign-in and the command line. The only floor with I/O."""
