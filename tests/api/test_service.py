"""The running service with real processes: jobs played, killed, dismissed and followed."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from tests.api.commands import begin, copy_home, shapan


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_home(small_home, tmp_path_factory.mktemp("service"))


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[subprocess.Popen[str]]:
    process = begin(home, "serve", "--port", "0", "--workers", "1")
    yield process
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def client(server: subprocess.Popen[str]) -> Iterator[httpx2.Client]:
    assert server.stdout is not None
    line = server.stdout.readline()
    address = next(word for word in line.split() if word.startswith("http"))
    with httpx2.Client(base_url=address, timeout=120) as opened:
        yield opened


def follow(client: httpx2.Client, where: str) -> Iterator[tuple[str, dict]]:
    """Server-sent events of a job: name and content."""
    with client.stream("GET", f"{where}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        name = ""
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))


def ask(client: httpx2.Client, seed: int) -> str:
    body = {"city": "small", "drill": "typhoon-flood", "seed": seed}
    answer = client.post("/api/runs", json=body)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def worker_of(home: Path, job: str) -> int:
    with closing(sqlite3.connect(home / "shapan.sqlite")) as connection:
        (worker,) = connection.execute("SELECT worker FROM jobs WHERE job = ?", [job]).fetchone()
    return int(worker.rpartition(":")[2])


@pytest.mark.timeout(240)
def test_a_job_survives_its_worker_and_another_can_be_dismissed(
    home: Path, server: subprocess.Popen[str], client: httpx2.Client
):
    where = ask(client, seed=1)
    killed, name, job = 0, "", {}
    for event in follow(client, where):
        name, job = event
        if not killed and job["status"] == "running" and job["progress"] > 0.1:
            killed = worker_of(home, job["job"])
            os.kill(killed, signal.SIGKILL)
    assert killed
    assert name == job["status"] == "successful"
    assert job["attempts"] == 2
    result = client.get(job["result"]["href"]).json()
    assert result["seed"] == 1
    assert [path.name for path in (home / "runs").iterdir()] == [result["run"]]
    kept = client.post("/api/runs", json={"city": "small", "drill": "typhoon-flood", "seed": 1})
    assert (kept.status_code, kept.json()["status"]) == (200, "successful")

    dismissed = ask(client, seed=2)
    for event in follow(client, dismissed):
        name, job = event
        if job["status"] == "running" and job["progress"] > 0:
            client.delete(dismissed)
    assert name == job["status"] == "dismissed"

    body = {"city": "small", "depots": 2, "within_minutes": 15}
    placed = client.post("/api/placements", json=body).headers["location"]
    *_, (name, job) = follow(client, placed)
    assert name == "successful"
    answer = client.get(job["result"]["href"]).json()
    assert len(answer["open"]) == 2
    assert len(list((home / "runs").iterdir())) == 1

    server.send_signal(signal.SIGINT)
    _, err = server.communicate()
    assert server.returncode == 130
    assert "Traceback" not in err


def test_a_taken_port_is_said_in_one_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = shapan(tmp_path, "serve", "--port", taken.getsockname()[1])
    assert (answer.code, answer.out) == (2, "")
    assert "choose another with --port" in answer.err
