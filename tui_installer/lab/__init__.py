"""Runs throwaway hosts on this machine: real systemd and sshd, in systemd-nspawn on a bridge.

`lab.py` has up, status, down and answers; `faults.py` breaks and repairs hosts.
Everything a lab owns is in its folder or has its name, so that `down` finds it even after a
crash: processes by the folder in their command line or root mount, mounts by the folder,
interfaces by the bridge, the bridge by its alias, control groups by the machine's name.

    FOLDER/lab.json                the state (state.py)
    FOLDER/id_ed25519, known_hosts the lab's own key pair and its hosts' keys
    FOLDER/hosts/NAME/             upper, work, root (the overlay) and console.log
    BASE_ROOT/SUITE-DIGEST/        the read-only base that all hosts share
"""
