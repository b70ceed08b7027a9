"""The most memory a process has used, in whole MB (1,048,576 bytes); 0 where the machine does not tell."""

import subprocess


def peak(process: subprocess.Popen) -> int:
    try:
        with open(f"/proc/{process.pid}/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) // 1024 + 1
    except OSError:
        pass
    return 0
