"""Worker processes never outlive the process that started them."""

import os
import signal
import subprocess
import sys

import pytest

PARENT = """
import multiprocessing, os, sys, time
from simulation.workers import belong_to_parent

def work(pipe):
    belong_to_parent()
    pipe.send(os.getpid())
    time.sleep(600)

if __name__ == "__main__":
    here, there = multiprocessing.get_context("spawn").Pipe()
    child = multiprocessing.get_context("spawn").Process(target=work, args=(there,))
    child.start()
    print(here.recv(), flush=True)
    child.join()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="only where a process can be killed so")
def test_a_worker_ends_when_its_parent_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    parent = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(parent.stdout.readline())
    os.kill(worker, 0)  # it lives
    parent.kill()
    assert parent.stdout.read() == b""  # ends when the last holder, the worker, has left
    parent.stdout.close()
    assert parent.wait() == -signal.SIGKILL
