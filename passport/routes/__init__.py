"""The HTTP routes: JSON and pages. They read requests, call a service and answer."""
