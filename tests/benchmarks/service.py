"""The real service in a process of its own, over the shipped corpus, with the shipped model; what it takes (Linux)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import ROOT

CLOSING_SECONDS = 20
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor until a moment `at`: of the service, of whoever asks (this process), of all processes."""

    at: float
    service: float
    asking: float
    machine: float


@dataclass(frozen=True, slots=True)
class Running:
    """A service that answers at `address`; `log` is what it has printed."""

    address: str
    pid: int
    log: Path

    def resident(self) -> float:
        """Memory that the process holds, MB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000

    def spent(self) -> Spent:
        """What was spent until now."""
        own = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        machine = [int(ticks) for ticks in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
        busy = sum(machine[:3]) + sum(machine[5:8])  # neither idle nor waiting for a disk
        return Spent(time.monotonic(), (int(own[11]) + int(own[12])) / _TICKS, time.process_time(), busy / _TICKS)

    def cores(self, since: Spent) -> str:
        """The cores kept busy since then: by the service, by whoever asks, and by others who share the machine."""
        now = self.spent()
        seconds = now.at - since.at
        service, asking = (now.service - since.service) / seconds, (now.asking - since.asking) / seconds
        others = max(0.0, (now.machine - since.machine) / seconds - service - asking)
        return f"cores: service {service:.2f}, asking {asking:.2f}, others {others:.2f}"


@contextmanager
def running_service(**settings: str) -> Iterator[Running]:
    """The service, ready to answer: its index is built first. `settings`: `sites="…"` is ASSISTANT_SITES."""
    with tempfile.TemporaryDirectory(prefix="service-") as folder:
        data, log = Path(folder) / "data", Path(folder) / "log"
        port = _free_port()
        ours = {f"ASSISTANT_{name.upper()}": value for name, value in settings.items()}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
        environment |= ours | {"ASSISTANT_DATA": str(data), "ASSISTANT_PORT": str(port), "PYTHONPATH": str(ROOT)}
        subprocess.run([sys.executable, "ingest.py"], cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)
        with log.open("wb") as printed:
            process = subprocess.Popen(
                [sys.executable, "-m", "assistant", "serve"], cwd=ROOT, env=environment, stdout=printed, stderr=printed
            )
        try:
            _wait_until_open(process, port, log)
            yield Running(f"http://127.0.0.1:{port}", process.pid, log)
        finally:
            if process.poll() is not None:
                print(f"the service ended by itself, {process.returncode}:\n{log.read_text(encoding='utf-8')}")
            process.send_signal(signal.SIGINT)
            try:
                process.wait(CLOSING_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_until_open(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until a connection is answered: the socket listens before the model is loaded."""
    import httpx

    while True:
        if process.poll() is not None:
            raise SystemExit(f"the service did not open:\n{log.read_text(encoding='utf-8')}")
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=120).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
