"""Installs the peers into folders that git ignores. What cannot be installed is left out, aloud."""

import shutil
import subprocess
import venv
from collections.abc import Callable
from pathlib import Path

from bench.place import HERE


def install(say: Callable[[str], None]) -> None:
    """Install what is pinned in bench/peers.txt and bench/package-lock.json, if it is not yet."""
    environment = HERE / ".venv"
    if _stale(environment, HERE / "peers.txt"):
        say("Installing oxigraph and rdflib-endpoint …")
        venv.create(environment, clear=True, with_pip=True)
        pins = ["--require-hashes", "-r", str(HERE / "peers.txt")]
        _try([str(environment / "bin" / "pip"), "install", "--quiet", *pins], environment, say)
    modules = HERE / "node_modules"
    if shutil.which("npm") and _stale(modules, HERE / "package-lock.json"):
        say("Installing Comunica …")
        _try(["npm", "ci", "--prefix", str(HERE), "--no-audit", "--no-fund"], modules, say)


def _stale(folder: Path, pins: Path) -> bool:
    """Tell whether a folder lacks the mark that its installation was complete, or is older."""
    mark = folder / "installed"
    return not mark.exists() or mark.stat().st_mtime < pins.stat().st_mtime


def _try(command: list[str], folder: Path, say: Callable[[str], None]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        say(f"{command[0]} says: {done.stderr.strip()[-500:]}")
    else:
        (folder / "installed").touch()
