"""What the benches' command lines share: the folder, lines with the seconds so far, the peak of memory."""

from __future__ import annotations

__all__ = ["Clock", "command_line", "peak_gigabytes"]

import argparse
import resource
import sys
import time
from pathlib import Path


def command_line(module: str, description: str | None, data: str) -> argparse.ArgumentParser:
    """Begin the command line of a bench on public data.

    Parameters
    ----------
    module
        Name of the module within `bench`.
    description
        What `--help` says first.
    data
        What lies in the folder that `--data` names.

    Returns
    -------
    argparse.ArgumentParser
        With `--data`, to be completed.
    """
    parser = argparse.ArgumentParser(prog=f"python -m bench.{module}", description=description)
    parser.add_argument("--data", type=Path, required=True, help=f"folder of {data}")
    return parser


class Clock:
    """Tells how long a run has taken: by the wall, and of the processor over all threads."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._wall

    @property
    def processor_seconds(self) -> float:
        """Seconds of the processor since the start; other programs don't count."""
        return time.process_time() - self._processor

    def say(self, line: str) -> None:
        """Print a line of progress behind the seconds so far, to the error output: tables go to the other.

        Parameters
        ----------
        line
            What has begun.
        """
        print(f"{self.seconds:6.0f} s  {line}", file=sys.stderr, flush=True)


def peak_gigabytes() -> float:
    """Return the most memory that this process has held.

    Returns
    -------
    float
        Gigabytes.
    """
    # Linux counts kilobytes, macOS bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9
