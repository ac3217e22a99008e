"""Steps, wants, planner and runner: how any operation works; knows no Kubernetes."""
