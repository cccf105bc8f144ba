"""The API's supervising process: where its children count."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lms.processes.api import metrics_folder


def test_the_supervisor_does_not_import_asyncio() -> None:
    modules = "lms.processes.api, lms.tools.embedded.processes"
    code = f"import {modules}, sys; print('asyncio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_start_removes_only_folders_of_ended_processes(tmp_path: Path) -> None:
    ended, lock = metrics_folder(tmp_path)
    os.close(lock)
    running, running_lock = metrics_folder(tmp_path)
    mine, my_lock = metrics_folder(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([running, mine])
    assert not ended.exists()
    for descriptor in (running_lock, my_lock):
        os.close(descriptor)


def test_concurrent_starts_get_folders_of_their_own(tmp_path: Path) -> None:
    # Threads are enough: the kernel locks what was opened, whoever opened it.
    with ThreadPoolExecutor(8) as starts:
        made = list(starts.map(metrics_folder, [tmp_path] * 200))
    assert sorted(folder for folder, _ in made) == sorted(tmp_path.iterdir())
    for _, lock in made:
        os.close(lock)
