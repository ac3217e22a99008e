"""Hosts checked live while they are entered. Changes nothing there."""
