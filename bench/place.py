"""Where the benchmark keeps its things, and what it finds on this machine."""

import contextlib
import os
import platform
import shutil
import socket
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
WORK = HERE / ".work"
BIN = HERE / ".venv" / "bin"


def machine() -> str:
    """Tell what this machine is."""
    model = ""
    with contextlib.suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.partition(": ")[2] for line in lines if "model name" in line), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model or platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB"


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def remove(folder: Path) -> None:
    """Remove a folder of ours, if it is there."""
    shutil.rmtree(folder, ignore_errors=True)


def pip_version(package: str) -> str:
    """Return the version of a package that is installed for the peers."""
    command = [str(BIN / "pip"), "show", package]
    text = subprocess.run(command, capture_output=True, text=True).stdout
    return text.partition("Version: ")[2].partition("\n")[0]
