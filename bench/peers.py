"""The servers that are compared: ours and its peers. Each tells how it starts, or why it cannot."""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from bench.place import BIN, HERE, WORK, free_port, pip_version, remove
from selenograph.graph import release

COMUNICA = HERE / "node_modules" / "@comunica" / "query-sparql-file"
DEFAULT_GRAPH = "urn:bench:default"
_PROCESSES = str(os.cpu_count() or 1)


@dataclass
class Server:
    """A SPARQL server over one release, which is a folder."""

    name: str
    told: str
    """How it is run, in a few words."""
    path: str = "/sparql?query="
    env: dict[str, str] = field(default_factory=dict)

    def missing(self) -> str:
        """Tell what has to be installed, and how; empty where all is there."""
        return ""

    def version(self) -> str:
        """Return the version that is installed."""
        return ""

    def prepare(self, folder: Path) -> None:
        """Load the release, where the server has a store of its own."""

    def command(self, port: int) -> list[str]:
        """Return the command line that answers at a port."""
        raise NotImplementedError

    def target(self, text: str) -> str:
        """Return the target of a request with a query."""
        return self.path + quote(text, safe="@")


class Ours(Server):
    """The server of this checkout."""

    def version(self) -> str:
        """Return the commit, and whether there is more than it."""
        command = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
        return subprocess.run(command, cwd=HERE, capture_output=True, text=True).stdout.strip()

    def prepare(self, folder: Path) -> None:
        """Remember the folder of releases."""
        self.store = folder.parent

    def command(self, port: int) -> list[str]:
        """Serve with the settings that nobody has changed."""
        ours = [sys.executable, "-m", "selenograph", "serve", "--quiet"]
        return [*ours, "--port", str(port), "--store", str(self.store)]


class Oxigraph(Server):
    """The server of the engine that we use, without us."""

    def missing(self) -> str:
        """Look for the command."""
        return "" if (BIN / "oxigraph").exists() else "pip could not install bench/peers.txt"

    def version(self) -> str:
        """Ask the command."""
        return pip_version("oxigraph")

    def prepare(self, folder: Path) -> None:
        """Load the dump and optimize the store, as the command advises for reading."""
        self.store = WORK / "oxigraph"
        remove(self.store)
        where = ["--location", str(self.store)]
        for step in (["load", "--file", str(folder / release.DUMP)], ["optimize"]):
            command = [str(BIN / "oxigraph"), *step, *where]
            subprocess.run(command, check=True, capture_output=True)

    def command(self, port: int) -> list[str]:
        """Serve the store."""
        where = ["--location", str(self.store), "--bind", f"127.0.0.1:{port}"]
        return [str(BIN / "oxigraph"), "serve-read-only", *where]


class RdflibEndpoint(Server):
    """rdflib in memory, behind uvicorn."""

    def missing(self) -> str:
        """Look for the command."""
        return "" if (BIN / "uvicorn").exists() else "pip could not install bench/peers.txt"

    def version(self) -> str:
        """Ask pip."""
        return f"{pip_version('rdflib-endpoint')}, rdflib {pip_version('rdflib')}"

    def prepare(self, folder: Path) -> None:
        """Name the dump, which each process loads."""
        self.env = {"BENCH_DUMP": str(folder / release.DUMP), "PYTHONPATH": str(HERE)}

    def command(self, port: int) -> list[str]:
        """Serve with a process for each processor."""
        app = [str(BIN / "uvicorn"), "rdflib_app:app", "--log-level", "warning"]
        return [*app, "--port", str(port), "--workers", _PROCESSES]


class Comunica(Server):
    """Comunica over a file, in node."""

    def missing(self) -> str:
        """Look for node and for the package."""
        if not shutil.which("node"):
            return "node is not installed (20 or newer)"
        return "" if COMUNICA.exists() else "npm could not install bench/package.json"

    def version(self) -> str:
        """Read the package."""
        text = (COMUNICA / "package.json").read_text("utf-8")
        return text.partition('"version": "')[2].partition('"')[0]

    def prepare(self, folder: Path) -> None:
        """Name the dump, which each process loads."""
        self.dump = str(folder / release.DUMP)

    def command(self, port: int) -> list[str]:
        """Serve with a process for each processor."""
        node = ["node", "--require", str(HERE / "loopback.cjs"), str(COMUNICA / "bin" / "http.js")]
        return [*node, self.dump, "--port", str(port), "--workers", _PROCESSES]


class Virtuoso(Server):
    """Virtuoso, which has no default graph beside the named ones: one of those stands for it."""

    def missing(self) -> str:
        """Look for the command."""
        found = shutil.which("virtuoso-t") and shutil.which("isql-vt")
        return "" if found else "apt-get install virtuoso-opensource-7-bin"

    def version(self) -> str:
        """Ask the command."""
        text = subprocess.run(["virtuoso-t", "-?"], capture_output=True, text=True).stderr
        return text.partition("Version ")[2].partition("-")[0]

    def prepare(self, folder: Path) -> None:
        """Load the dump by its SQL console."""
        self.folder = WORK / "virtuoso"
        remove(self.folder)
        self.folder.mkdir(parents=True)
        shutil.copy(folder / release.DUMP, self.folder / "dump.nq")
        with subprocess.Popen(self.command(free_port()), stderr=subprocess.DEVNULL) as process:
            try:
                file = f"file_to_string_output('{self.folder}/dump.nq')"
                load = f"{file}, '', '{DEFAULT_GRAPH}', 512"
                self._sql(f"DB.DBA.TTLP_MT({load}); checkpoint;")
            finally:
                process.terminate()

    def command(self, port: int) -> list[str]:
        """Serve the folder, by a configuration that names the port."""
        self.sql = free_port()
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)
        text = (HERE / "virtuoso.ini").read_text("utf-8")
        configured = text.format(http=port, sql=self.sql, folder=self.folder)
        (self.folder / "virtuoso.ini").write_text(configured, "utf-8")
        return ["virtuoso-t", "+foreground", "+configfile", str(self.folder / "virtuoso.ini")]

    def _sql(self, statements: str) -> None:
        console = ["isql-vt", f"127.0.0.1:{self.sql}", "dba", "dba", f"EXEC={statements}"]
        until = time.monotonic() + 60
        while subprocess.run(console, capture_output=True).returncode:
            if time.monotonic() > until:
                raise RuntimeError("Virtuoso does not load the dump.")
            time.sleep(0.3)


def servers() -> list[Server]:
    """Return all, ours first, whether they can be started or not."""
    every = f"{_PROCESSES} processes"
    return [
        Ours("selenograph", "as `selenograph serve` starts it"),
        Oxigraph("oxigraph", "`serve-read-only` over an optimized store", "/query?query="),
        RdflibEndpoint("rdflib-endpoint", f"in memory, behind uvicorn, {every}"),
        Comunica("comunica", f"`comunica-sparql-file-http`, {every}"),
        Virtuoso(
            "virtuoso",
            "the default graph as a named one",
            f"/sparql?default-graph-uri={DEFAULT_GRAPH}&query=",
        ),
    ]
