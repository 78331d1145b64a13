"""`python -m quanheng` is the `quanheng` command."""

if __name__ == "__main__":
    from quanheng.cli.main import run

    run()
