"""CPU time and memory of a process and its children, read from Linux's /proc (see `man 5 proc`)."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def process_tree(root: int) -> list[int]:
    """Return the ids of the process `root` and of all processes below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := stat_fields(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [root]
    for process in found:
        found.extend(children.get(process, []))
    return found


def stat_fields(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; none when the process has ended."""
    try:
        text = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    # The second field, the command in parentheses, may contain spaces.
    return text.rpartition(")")[2].split()


def cpu_seconds(root: int) -> float:
    """Return the CPU time, user and system, that the tree has used."""
    ticks = 0
    for process in process_tree(root):
        fields = stat_fields(process)
        ticks += sum(map(int, fields[11:13]))
    return ticks / TICKS_PER_SECOND


def memory_megabytes(root: int) -> float:
    """Return the proportional set size of the tree: shared memory is divided by its users."""
    kilobytes = 0
    for process in process_tree(root):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text("utf-8").splitlines():
            if line.startswith("Pss:"):
                kilobytes += int(line.split()[1])
    return kilobytes / 1024
