"""Checks hosts live while they are entered. Changes nothing there."""
