"""As whom PostgreSQL runs: it refuses to be root.

Started as root it first gets a user namespace in which it is somebody else (nothing is made,
nothing changes owner); where the kernel forbids that, it runs as `nobody`, its folders are handed
to that user, and it keeps the one right of root to pass folders such as /root.
PORTAL_EMBEDDED_AS=namespace|nobody allows only one of the two ways.
"""

# ruff: noqa: S603 - every program started here is our own or a wheel's

import ctypes
import os
import pwd
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from .processes import Failed, _libc

# From the kernel's headers.
_CLONE_NEWUSER = 0x10000000
_PR_SET_KEEPCAPS = 8
_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE = 1


@dataclass(frozen=True)
class Identity:
    become: Callable | None
    owner: tuple[int, int]  # of PostgreSQL's folders, as this process sees them


def choose(program):
    """Return the first identity under which `program` can be started."""
    here = (os.geteuid(), os.getegid())
    if here[0] != 0 and _has_name(here[0]):
        return Identity(None, here)
    somebody = _somebody()
    ways = {"namespace": Identity(_namespace(somebody), here)}
    if here[0] == 0:
        ways["nobody"] = Identity(_nobody(somebody), (somebody.pw_uid, somebody.pw_gid))
    wanted = os.environ.get("PORTAL_EMBEDDED_AS")
    for name, identity in ways.items():
        if wanted in (None, "", name) and _works(program, identity):
            return identity
    raise Failed(
        "PostgreSQL không chạy dưới quyền root: máy này không cho tạo user namespace, và"
        " người dùng nobody không đọc được thư mục .venv. Hãy chạy bằng người dùng thường, hoặc"
        " đặt bản sao ở nơi ai cũng đọc được (/srv), hoặc dùng máy chủ riêng qua DATABASE_URL."
    )


def _works(program, identity):
    def become():
        identity.become()
        if not os.access(program, os.X_OK):
            raise PermissionError(program)

    try:
        done = subprocess.run(
            [program, "--version"], preexec_fn=become, capture_output=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def _has_name(uid):
    # initdb and libpq look the user up; a container may run under a bare number.
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _somebody():
    others = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    others.sort(key=lambda entry: entry.pw_name != "nobody")
    if not others:
        raise Failed("Máy này chỉ có người dùng root; PostgreSQL không chạy dưới quyền root.")
    return others[0]


def _namespace(somebody):
    outside = os.geteuid(), os.getegid()

    def become():
        if _libc.unshare(_CLONE_NEWUSER) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{somebody.pw_uid} {outside[0]} 1"),
            ("gid_map", f"{somebody.pw_gid} {outside[1]} 1"),
        ):
            descriptor = os.open(f"/proc/self/{name}", os.O_WRONLY)
            os.write(descriptor, text.encode())
            os.close(descriptor)

    return become


def _nobody(somebody):
    def become():
        os.setgroups([])
        os.setgid(somebody.pw_gid)
        _libc.prctl(_PR_SET_KEEPCAPS, 1)
        # Or access(2), by which PostgreSQL finds its own programs, would look without that right.
        _libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
        os.setuid(somebody.pw_uid)
        # Where this is refused, the folders above must simply be passable for everybody.
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        only = 1 << _CAP_DAC_OVERRIDE  # effective, permitted, inheritable; then the upper halves
        _libc.capset(header, (ctypes.c_uint32 * 6)(only, only, only, 0, 0, 0))
        _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0)

    return become
