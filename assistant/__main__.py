"""`wenke` and `python -m assistant`: hands the command line the composition root, loaded only when a command needs it.

In: arguments (default: those of the process). Out: an exit code; see `assistant.channels.cli`.
"""

import sys
from collections.abc import Sequence

from assistant.channels import cli


def _root() -> cli.Root:
    from assistant.workshop import Workshop

    return Workshop()


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code of the command that `argv` says."""
    return cli.main(argv, _root)


if __name__ == "__main__":
    sys.exit(main())
