"""Takes from a process what it does not need: memory without end, time without end, the network.

What the platform cannot take is left; the limits that a client is promised do not rest on it.
"""

import contextlib
import ctypes
import os
import platform
import resource
import struct
import time

# The numbers of socket(2) for each machine; io_uring_setup(2) opens sockets too.
_SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _SECCOMP_MODE_FILTER = 22, 38, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # errno EACCES


def limit_memory(size: int) -> None:
    """Let allocations beyond a number of bytes fail, which ends the process (setrlimit(2))."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def limit_time(seconds: float) -> None:
    """End this process when it has computed for so long from now, even if nobody watches it."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # Each thread of the engine counts.
    soon = int(used + seconds * (os.cpu_count() or 1)) + 2
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (soon, hard))


def computed(pid: int | None) -> float:
    """Return for how many seconds a process has computed; the time of day where nobody knows."""
    clock = ctypes.c_int()
    try:
        ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock))
        return time.clock_gettime(clock.value)
    except (AttributeError, OSError):
        return time.monotonic()


def close_network() -> bool:
    """Let this process open no socket from now on; tell whether that is in force.

    By seccomp(2), on Linux. Threads that run already are not bound by it.
    """
    if platform.system() != "Linux" or platform.machine() not in _SOCKET:
        return False
    machine, socket = _SOCKET[platform.machine()]
    program = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 0, 5, machine),
        (_LOAD, 0, 0, 0),
        (_EQUAL, 3, 0, socket),
        (_EQUAL, 2, 0, _IO_URING_SETUP),
        (_AT_LEAST, 1, 0, 0x40000000),  # The second set of numbers of x86_64.
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _DENY),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
    address = ctypes.addressof(code)
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), address))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, 0, 0) == 0)
