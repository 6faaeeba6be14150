"""What a clever student would try from inside a box: code of a cell, and what it must come to.

A table of sentences. `prints` is what the attack itself may say, `stopped` a part of why the box was ended. `stock` is
what the same code printed in a kernel that nbgrader 0.9.6 started as root in a course directory, on a machine without a
network; '' for what was not tried there, since it would have harmed the machine.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attack:
    """Code, and what comes of it here and there."""

    claim: str
    code: str
    prints: str = "no"
    stopped: str = ""
    stock: str = ""
    seconds: float = 40  # for the cell
    wall: int = 90  # for the box


FIND = """
import subprocess
names = ["-path", "*/notebooks/en/*", "-o", "-name", "gradebook.db*", "-o", "-name", ".coursekit-secret*"]
names += ["-o", "-name", "submitted", "-o", "-path", "/home/*"]
words = ["find", "/", "-path", "/proc", "-prune", "-o", "(", *names, ")", "-not", "-path", "*/nbgrader/*", "-print"]
print("yes" if subprocess.run(words, capture_output=True).stdout else "no")
"""

HOARD = """
for _ in range(12):
    if os.fork() == 0:
        x = bytearray(2**27)
        x[::4096] = b"1" * len(x[::4096])
        time.sleep(60)
time.sleep(60)
"""
FLOOD = """
while True:
    for n in range(1, 60):
        try:
            os.write(n, b"x" * 2**20)
        except OSError:
            pass
"""
SOCKETS = """
import socket
child = any(os.fork() == 0 for _ in range(8))
held = []
while len(held) < 500:
    held += socket.socketpair()
    held[-1].setblocking(False)
    try:
        while True:
            held[-1].send(bytes(2**16))
    except BlockingIOError:
        pass
print("yes")
time.sleep(30)
if child:
    os._exit(0)
"""
LOCKS = """
import fcntl
files = [open(f"f{n}", "w") for n in range(100)]
for place in range(1000, 0, -1):
    for each in files:
        fcntl.lockf(each, fcntl.LOCK_EX, 1, 2 * place)
print("yes")
"""
SHOW = """
from IPython.display import display
while True:
    display({"text/plain": "x" * 10**5}, raw=True)
"""

FILES = (
    Attack("reads the shadow file", "print(can(open, '/etc/shadow'))", stock="yes"),
    Attack("reads accounts", "print(can(open, '/etc/passwd'))", stock="yes"),
    Attack("finds anything of the course", FIND, stock="yes"),
    Attack("writes to the course's package", "print(can(open, ck.__file__, 'a'))"),
    Attack("writes to the system", "print(can(open, '/usr/x', 'w') or can(open, '/x', 'w'))"),
    Attack("remounts", "print(can(os.stat, '/nothing') or libc.mount(None, b'/', None, 32, None) == 0 or 'no')"),
    Attack("runs a set-uid program", "print(os.system('su -c id 2>/dev/null') == 0 or 'no')", stock="uid=0(root)"),
)

PROCESSES = (
    Attack(
        "sees other processes", "print(len([p for p in os.listdir('/proc') if p.isdigit()]) > 3 or 'no')", stock="True"
    ),
    Attack("traces process 1", "print(libc.ptrace(16, 1, 0, 0) == 0 or 'no')"),
    Attack("reads the memory of process 1", "print(can(open, '/proc/1/mem', 'rb'))", stock="no"),
    Attack("makes a user namespace", "print(libc.unshare(0x10000000) == 0 or 'no')", stock="no"),
    Attack(
        "gains a capability",
        "print('CapEff:\\t0000000000000000' not in open('/proc/self/status').read() or 'no')",
        stock="True",
    ),
    Attack("has a descriptor of the grader's", "print(len(os.listdir('/proc/self/fd')) > 7 or 'no')", stock="True"),
    Attack("finds a secret in the environment", "print('SECRET_OF_TEST' in os.environ or 'no')", stock="True"),
    Attack("kills all it can", "os.kill(-1, 9)", prints="ProcessLookupError"),
    Attack("leaves", "os._exit(0)", stopped="left before the last cell"),
)

NETWORK = (
    Attack("connects to this machine", "print(can(socket.create_connection, ('127.0.0.1', 22), 1))", stock="no"),
    Attack("connects outside", "print(can(socket.create_connection, ('192.0.2.1', 80), 1))", stock="no"),
    Attack("resolves a name", "print(can(socket.getaddrinfo, 'example.org', 80))", stock="no"),
    Attack(
        "sees an interface",
        "print([row.split(':')[0] for row in open('/proc/net/dev') if ':' in row and 'lo:' not in row] or 'no')",
        stock="['ifb0', 'ifb1', 'eth0']",
    ),
)

LIMITS = (
    Attack("forks without end", "while True: os.fork()", stopped="", prints=""),
    Attack(
        "starts processes that outlive it",
        "for _ in range(8):\n    if os.fork() == 0:\n        os.setsid(); time.sleep(600)\nprint('no')",
    ),
    Attack("takes memory in one piece", "bytearray(2**33)", prints="MemoryError"),
    Attack("takes memory in many processes", HOARD, stopped="of memory"),
    Attack("fills the disk", "open('x', 'wb').write(bytes(2**28))", prints="OSError"),
    Attack("fills /dev/shm", "open('/dev/shm/x', 'wb').write(bytes(2**28))", prints="OSError"),
    Attack(
        "fills the disk in small files",
        "for n in range(100):\n    open(f'x{n}', 'wb').write(bytes(2**22))",
        prints="OSError",
    ),
    Attack("makes files without end", "for n in range(10**6): open(f'f{n}', 'w').close()", prints="OSError"),
    Attack("hoards memory files", "print(can(os.memfd_create, 'x'))", stock="yes"),
    Attack("floods message queues", "print(libc.msgget(0, 0o1600) >= 0 or 'no')"),
    Attack("hoards shared memory", "print(libc.shmget(0, 2**20, 0o1600) >= 0 or 'no')"),
    Attack("hoards socket buffers", SOCKETS, prints="", stopped="more than 128 sockets"),
    Attack(
        "widens a socket's buffer",
        "import socket\nprint(can(socket.socket(socket.AF_UNIX).setsockopt, 1, socket.SO_SNDBUF, 2**22))",
    ),
    Attack("takes a socket of another kind", "import socket\nprint(can(socket.socket, socket.AF_NETLINK, 3, 0))"),
    Attack("hoards file locks", LOCKS, prints="", stopped="more than 4096 locks"),
    Attack(
        "takes locks of open files",
        "import fcntl, struct\nasked = struct.pack('hhqqi4x', fcntl.F_WRLCK, 0, 0, 1, 0)\n"
        "print(can(fcntl.fcntl, open('f', 'w'), 37, asked))",
    ),
    Attack("opens descriptors without end", "x = [os.pipe() for _ in range(10**4)]", prints="OSError"),
    Attack("floods its output", "while True: print('x' * 10**6)", stopped="", prints=""),
    Attack("floods every descriptor", FLOOD, stopped="gave out more than"),
    Attack("floods displays", SHOW, prints=""),
    Attack("computes without end", "while True: pass", prints="CellTimeoutError", seconds=2),
    Attack(
        "computes without end and cannot be interrupted",
        "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        stopped="computed for more than",
    ),
    Attack(
        "sleeps without end and cannot be interrupted",
        "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\ntime.sleep(900)",
        stopped="ran longer than",
        wall=4,
    ),
)

ALL = (*FILES, *PROCESSES, *NETWORK, *LIMITS)
