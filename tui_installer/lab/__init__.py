"""Throwaway systemd hosts on this machine, for rehearsals and tests."""
