"""A server at work: its start, what it answers, what it uses, its end."""

import contextlib
import http.client
import os
import signal
import subprocess
import time
from pathlib import Path

from bench.peers import Server
from bench.place import WORK, free_port

ACCEPT = "application/sparql-results+json"
_FIRST = "SELECT ?label WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label } LIMIT 1"
_TICKS = os.sysconf("SC_CLK_TCK")


class NoAnswer(Exception):
    """A server does not answer as it should, or not in time."""


class Running:
    """A server that answers. Its constructor returns with the first answer."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.start()

    def start(self) -> None:
        """Start the server, and note how long the first answer takes."""
        self.port, self._ended = free_port(), False
        folder = WORK / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{self.server.name}.log").open("wb") as log:
            began = time.monotonic()
            self._process = subprocess.Popen(
                self.server.command(self.port), env=os.environ | self.server.env,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        while True:
            try:
                self.ask(_FIRST, 60)
                break
            except NoAnswer as error:
                if time.monotonic() - began > 60 or self._process.poll() is not None:
                    self.stop()
                    raise NoAnswer(f"{self.server.name} does not start: {error}") from error
                time.sleep(0.005)
        self.seconds = time.monotonic() - began

    def restart(self) -> None:
        """End the server with all that it still works on, and start it again."""
        self.stop()
        self.start()

    def ask(self, text: str, timeout: float) -> bytes:
        """Return the answer of a query. Raises NoAnswer for any but a whole one in time."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", self.server.target(text), headers={"Accept": ACCEPT})
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            late = isinstance(error, TimeoutError)
            raise NoAnswer(f"no answer in {timeout:g} s" if late else repr(error)) from error
        finally:
            connection.close()
        if response.status != 200:
            raise NoAnswer(f"status {response.status}")
        return body

    def memory(self) -> float:
        """Return the MiB of all its processes, what they share counted once (PSS)."""
        return sum(_pss(process) for process in self._tree()) / 1024

    def settle(self, patience: float = 20) -> None:
        """Wait until it has finished what nobody waits for any more; restart it if it does not."""
        until = time.monotonic() + patience
        used = self._used()
        while time.monotonic() < until:
            time.sleep(0.1)
            before, used = used, self._used()
            if used - before < 0.03:
                return
        self.restart()

    def stop(self) -> None:
        """End all its processes, if they have not been."""
        if self._ended:
            return
        self._ended = True
        tree = self._tree()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(3)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        # Those that have left the group.
        for process in tree:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()

    def _tree(self) -> list[int]:
        """Return its process and all that descend from it."""
        children: dict[int, list[int]] = {}
        for process, fields in _processes():
            children.setdefault(int(fields[1]), []).append(process)
        tree = [self._process.pid]
        for process in tree:
            tree += children.get(process, [])
        return tree

    def _used(self) -> float:
        """Return the seconds that its processes have computed."""
        tree = set(self._tree())
        ticks = (int(f[11]) + int(f[12]) for process, f in _processes() if process in tree)
        return sum(ticks) / _TICKS


def _processes() -> list[tuple[int, list[str]]]:
    """Return the processes of this machine with what /proc/<pid>/stat says after the name."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            found.append((int(path.parent.name), path.read_text().rpartition(")")[2].split()))
    return found


def _pss(process: int) -> int:
    """Return the KiB of a process, 0 where it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
