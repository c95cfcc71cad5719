"""`python -m treadle` is the `treadle` command."""

from treadle.cli.main import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
