"""Where Kubernetes and etcd programs come from: fetched, verified, cached."""
