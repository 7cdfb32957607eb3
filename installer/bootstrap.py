"""The two commands of a fresh checkout: ``python3 installer/bootstrap.py run`` and ``... test``.

This file only looks at the interpreter, so that an old one gets a sentence instead of a syntax error: keep
its syntax readable for every Python 3. The work is in ``commands.py`` and the modules it uses.
"""

import os
import sys
from typing import Sequence

NEEDED = (3, 11)
EXIT_KNOWN_ERROR = 3


def too_old(version: Sequence[int], executable: str) -> str:
    """The sentence for an interpreter older than `NEEDED`, or an empty text."""
    if tuple(version[:2]) >= NEEDED:
        return ""
    return (
        "VetPACS needs Python {}.{} or newer, and {} is {}.{}; install a newer one (Debian and Ubuntu: "
        "python3.12 or python3.11, with its -venv package) and give the same command to it, for example: "
        "python3.12 installer/bootstrap.py run".format(*NEEDED, executable, version[0], version[1])
    )


def main(words: Sequence[str]) -> int:
    """Check the interpreter, then hand over. Returns the exit code."""
    sentence = too_old(sys.version_info[:2], sys.executable or "this Python")
    if sentence:
        sys.stderr.write(sentence + "\n")
        return EXIT_KNOWN_ERROR
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from installer import commands

    return commands.main(words)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
