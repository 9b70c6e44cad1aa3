"""What a process gives up it does not get back, and all else goes on."""

import platform
import signal
import subprocess
import sys

import pytest

LINUX = pytest.mark.skipif(platform.system() != "Linux", reason="the kernel's own limits")


def run(code):
    script = f"from selenograph.graph import sandbox\nimport socket, threading, time\n{code}"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)


@LINUX
def test_a_process_without_network_opens_no_socket(listener):
    port = listener.server_port
    dial = f"socket.create_connection(('127.0.0.1', {port}))"
    assert run(f"{dial}.close()").returncode == 0
    assert len(listener.calls) == 1
    for family in ("AF_INET", "AF_INET6", "AF_UNIX"):
        closed = run(f"assert sandbox.close_network()\nsocket.socket(socket.{family})")
        assert "PermissionError" in closed.stderr
    closed = run(f"sandbox.close_network()\nt = threading.Thread(target=lambda: {dial})\nt.start()")
    assert "PermissionError" in closed.stderr
    assert len(listener.calls) == 1


@LINUX
def test_a_process_without_network_still_reads_files_and_starts_threads():
    done = run("sandbox.close_network()\nopen(__import__('os').__file__).read(1)\nprint('done')")
    assert (done.stdout, done.stderr) == ("done\n", "")


@LINUX
def test_memory_beyond_the_limit_is_not_given():
    assert run("sandbox.limit_memory(300 << 20)\nx = bytearray(200 << 20)").returncode == 0
    assert "MemoryError" in run("sandbox.limit_memory(300 << 20)\nx = bytearray(400 << 20)").stderr


def test_a_process_that_computes_too_long_ends_though_nobody_watches_it():
    done = run("import os\nos.cpu_count = lambda: 1\nsandbox.limit_time(0)\nwhile True: pass")
    assert done.returncode == -signal.SIGXCPU
    again = run("sandbox.limit_time(1)\nsandbox.limit_time(1)\nprint('done')")
    assert again.stdout == "done\n"
