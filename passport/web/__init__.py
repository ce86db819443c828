"""How the service speaks HTTP: headers, guards, cookies, problems, strict bodies, assets and pages. No health data."""
