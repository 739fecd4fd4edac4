"""dbt in a process that stays: it imports and parses once, and forks a copy of itself for each command.

A short command of dbt spends most of its time on importing itself and on parsing the project, which is the
same for every house of the tests. The copies share what the server has read; each has its own folder,
environment, output and connections, and ends when its command ends.
"""

from __future__ import annotations

__all__ = ["LIGHT", "PLACES", "run"]

import atexit
import functools
import gc
import importlib
import json
import os
import re
import select
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
# Vars that say where files lie: models ask for them when they are compiled, so any parse serves.
PLACES = frozenset({"raw_folder", "validation_location"})
# Vars of every house unless it says otherwise: its forecast is as thorough as most tests need.
LIGHT: Mapping[str, Any] = {
    "forecast_rounds": 20,
    "forecast_training_rows": 20_000,
    "forecast_workers": 1,
}
# The file's stem is the name of the database in each parsed relation.
DATABASE = "warehouse"


def run(
    arguments: Sequence[str], knobs: Mapping[str, Any], environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command of dbt in a copy of the server.

    Parameters
    ----------
    arguments
        The command line without `dbt` and without vars.
    knobs
        Vars. Where they only name places and are light, the command takes the server's parse; else it parses
        for itself.
    environment
        The command's whole environment; it names the warehouse.

    Returns
    -------
    subprocess.CompletedProcess
        How it ended, as if it had run in a shell.
    """
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        asked = {
            "arguments": [*arguments, "--vars", json.dumps(dict(knobs))],
            "environment": dict(environment),
            "is_parsed": _without_places(knobs) == LIGHT and _database(environment) == DATABASE,
            "out": str(out),
            "err": str(err),
        }
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(_server())
            connection.sendall(json.dumps(asked).encode() + b"\n")
            with connection.makefile("r") as answer:
                # ends when the copy has closed its warehouse and is gone
                told = answer.read()
        return subprocess.CompletedProcess(
            args=["dbt", *arguments],
            returncode=int(told or -1),
            stdout=out.read_text("utf-8"),
            stderr=err.read_text("utf-8"),
        )


def _without_places(knobs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in knobs.items() if name not in PLACES}


def _database(environment: Mapping[str, str]) -> str:
    return Path(environment["SELLTHROUGH_WAREHOUSE"]).stem


@functools.cache
def _server() -> str:
    """Start the server; return the address at which it listens."""
    folder = tempfile.TemporaryDirectory(prefix="dbt")
    address = f"{folder.name}/socket"
    server = subprocess.Popen(
        [sys.executable, __file__, address],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None and server.stdout is not None

    def stop() -> None:
        # it listens as long as somebody could write to it
        server.communicate()
        folder.cleanup()

    atexit.register(stop)
    said = server.stdout.readline()
    assert said == "listening\n", f"dbt could not parse the project, see above. It said: {said}"
    return address


def _serve(address: str) -> None:
    """Parse the project, then fork for each command until the tests are over."""
    from dbt.cli.main import dbtRunner

    os.environ |= {
        "SELLTHROUGH_WAREHOUSE": f"{address}.folder/{DATABASE}.duckdb",
        "SELLTHROUGH_TARGET": "duckdb",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # the lanes share two cores: threads that spin while they wait take them from each other
        "OMP_WAIT_POLICY": "passive",
    }
    places = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT / "profiles"))
    made = ("--target-path", f"{address}.folder/target", "--log-path", f"{address}.folder/logs")
    # the static parser starts threads of its own, which a copy would wait for in vain
    flags = ("--quiet", "--log-level-file", "none", "--no-static-parser", "--no-partial-parse")
    knobs = ("--vars", json.dumps(LIGHT))
    parsed = dbtRunner().invoke([*flags, "parse", *places, *made, *knobs])
    if not parsed.success:
        raise SystemExit(f"dbt parse failed: {parsed.exception}")
    for path in (PROJECT / "python_models").rglob("*.py"):
        for name in re.findall(r"^\s*from (sellthrough[\w.]*) import", path.read_text("utf-8"), re.M):
            importlib.import_module(name)
    gc.freeze()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        print("listening", flush=True)
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _answer(connection, parsed.result)
            connection.close()
            while _has_buried_one():
                pass


def _has_buried_one() -> bool:
    """Whether a copy that has ended was waiting for its parent to notice."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0] > 0
    except ChildProcessError:
        return False


def _answer(connection: socket.socket, manifest: Any) -> None:
    """Run the command that is asked for, as a process of its own would, and end."""
    from dbt.cli.main import dbtRunner

    code = 2
    try:
        with connection.makefile("r") as request:
            asked = json.loads(request.readline())
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(asked["out"], os.O_WRONLY | os.O_CREAT), 1)
        os.dup2(os.open(asked["err"], os.O_WRONLY | os.O_CREAT), 2)
        os.environ.clear()
        os.environ.update(asked["environment"])
        done = dbtRunner(manifest if asked["is_parsed"] else None).invoke(asked["arguments"])
        if done.exception is not None:
            print(done.exception, file=sys.stderr)
        code = 0 if done.success else 1 if done.exception is None else 2
    finally:
        # as at the end of any process: workers end, the warehouse is closed; what the server holds stays
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(str(code).encode())
        os._exit(code)


if __name__ == "__main__":
    _serve(sys.argv[1])
