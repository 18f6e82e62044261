"""Reads two recorded trees with psutil and prints what it makes of them."""
import json
import sys

import psutil


def read(root):
    psutil.PROCFS_PATH = root
    return {
        "cpu": psutil.cpu_times(),
        "per_cpu": psutil.cpu_times(percpu=True),
        "memory": psutil.virtual_memory(),
        "swap": psutil.swap_memory(),
        "disk": psutil.disk_io_counters(perdisk=True, nowrap=False),
        "network": psutil.net_io_counters(pernic=True, nowrap=False),
    }


def busy(before, after):
    delta = psutil._cpu_times_deltas(before, after)
    return 100 * psutil._cpu_busy_time(delta) / psutil._cpu_tot_time(delta)


def rise(before, after):
    return {name: {field: getattr(now, field) - getattr(before[name], field) for field in now._fields}
            for name, now in after.items()}


first, second = read(sys.argv[1]), read(sys.argv[2])
delta = psutil._cpu_times_deltas(first["cpu"], second["cpu"])
whole = psutil._cpu_tot_time(delta)
cpu = {field: 100 * getattr(delta, field) / whole for field in delta._fields}
cpu["busy"] = busy(first["cpu"], second["cpu"])
memory = second["memory"]
print(json.dumps({
    "cpu": cpu,
    "per_cpu": [busy(before, after) for before, after in zip(first["per_cpu"], second["per_cpu"])],
    "memory": {
        "total": memory.total, "available": memory.available, "free": memory.free, "cached": memory.cached, "percent": memory.percent,
        "swap_total": second["swap"].total, "swap_used": second["swap"].used,
    },
    "disk": rise(first["disk"], second["disk"]),
    "network": rise(first["network"], second["network"]),
}))
