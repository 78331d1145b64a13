"""Commands of the installation that run beside the server."""
