"""Makes load where wrk is not installed: port, file, serial, clients, seconds, timeout, Accept.

The file is that of wrk.lua, and so is what is printed. Runs on its own, in a process of its own.
"""

import http.client
import itertools
import json
import math
import sys
import threading
import time


def main() -> None:
    """Ask for so many seconds with a thread for each client, and print what came of it."""
    port, file, serial, clients, seconds, timeout, accept = sys.argv[1:]
    with open(file, encoding="utf-8") as lines:
        order = [int(number) - 1 for number in next(lines).split()]
        targets = [line.rstrip("\n") for line in lines]
    numbers = itertools.count(int(serial))
    until = time.monotonic() + float(seconds)
    times: list[float] = []
    errors: list[str] = []

    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=float(timeout))
        while time.monotonic() < until:
            number = next(numbers)
            target = targets[order[number % len(order)]].replace("@N@", str(number))
            began = time.perf_counter()
            try:
                connection.request("GET", target, headers={"Accept": accept})
                response = connection.getresponse()
                response.read()
                if response.status >= 400:
                    errors.append(str(response.status))
            except (OSError, http.client.HTTPException) as error:
                errors.append(repr(error))
                connection.close()
                continue
            times.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=ask) for _ in range(int(clients))]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    times.sort()
    percentiles = {
        f"p{share}": times[max(0, math.ceil(len(times) * share / 100) - 1)] if times else 0
        for share in (50, 95, 99)
    }
    counts = {"requests": len(times), "errors": len(errors), "seconds": time.monotonic() - began}
    json.dump(counts | percentiles, sys.stdout)


if __name__ == "__main__":
    main()
