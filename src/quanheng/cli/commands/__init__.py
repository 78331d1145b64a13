"""One module for each command.

`purpose` says what it is for, `arguments` what it understands; `command` carries it out and returns the exit code.
"""
