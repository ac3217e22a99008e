"""The answers about certificates: key type, lifetimes, and the user's own CAs."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tui_installer.model import certificate_spec
from tui_installer.model.answers.base import Block, Lifetime
from tui_installer.model.answers.declared import Asked, Fixed, LocalFile, Parsed, doc
from tui_installer.model.certificates import KeyType
from tui_installer.model.check import parse

_SECTION = "Your own CA"
_TRUSTED = Fixed("every host, kubeconfig and pod trusts the CA that the cluster was made with")
_SIGNS = Fixed("the certificates of the cluster come from the CA that it was made with")


class OwnCa(Block):
    """A CA of yours that is used instead of one that this program makes."""

    SPEC = certificate_spec.OwnCa
    cert: Annotated[
        str,
        doc(
            "Its certificate in PEM form; for an intermediate CA followed by its chain, up to the "
            "root.",
            example="/etc/pki/cluster-ca.pem",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        _TRUSTED,
    ] = ""
    key: Annotated[
        str,
        doc(
            "Its private key in PEM form, RSA or EC, with or without a passphrase; read only when "
            "a certificate is signed, never copied. Empty: you sign requests; see `tui-installer "
            "certificates requests`.",
            example="/etc/pki/cluster-ca-key.pem",
        ),
        Parsed(parse.file_path),
        LocalFile(),
    ] = ""


class ClusterCa(OwnCa):
    """Your CA for the cluster."""

    SPEC = certificate_spec.ClusterCa
    cert: Annotated[
        str,
        doc(
            "The certificate of your CA in PEM form; for an intermediate CA followed by its "
            "chain, up to the root. Empty: this program makes the CAs.",
            example="/etc/pki/company-ca.pem",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        _TRUSTED,
        Asked("CA certificate", _SECTION, "made by this program"),
    ] = ""
    key: Annotated[
        str,
        doc(
            "Its private key in PEM form, RSA or EC, with or without a passphrase; read only when "
            "a certificate is signed, never copied. Empty: you sign requests; see `tui-installer "
            "certificates requests`.",
            example="/etc/pki/company-ca-key.pem",
        ),
        Parsed(parse.file_path),
        LocalFile(),
        Asked("CA key", _SECTION, "empty: requests"),
    ] = ""
    signs: Annotated[
        Literal["auto", "authorities", "certificates"],
        doc(
            "authorities: your CA signs the cluster's own CAs, and only their clients are "
            "accepted. certificates: your CA is the cluster's CA and signs each certificate; "
            "whoever has a client certificate of it can log in to the cluster, and with "
            "O=system:masters is its administrator, so use it for this cluster only. auto: "
            "authorities with a key, certificates without one."
        ),
        Parsed(certificate_spec.Signs),
        _SIGNS,
        Asked(
            "CA signs",
            _SECTION,
            words={
                "auto": "Automatic",
                "authorities": "The cluster's own CAs",
                "certificates": "Each certificate",
            },
        ),
    ] = "auto"


class Certificates(Block):
    """Key type and lifetimes of certificates, and your own CAs."""

    SPEC = certificate_spec.CertSpec
    key_type: Annotated[
        Literal["ecdsa-p256", "ecdsa-p384", "rsa-2048", "rsa-3072", "rsa-4096"],
        doc("The algorithm and size of every key."),
        Parsed(KeyType),
        Asked(
            "Key type",
            words={
                "ecdsa-p256": "ECDSA P-256",
                "ecdsa-p384": "ECDSA P-384",
                "rsa-2048": "RSA 2048 (tutorial)",
                "rsa-3072": "RSA 3072",
                "rsa-4096": "RSA 4096",
            },
        ),
    ] = "ecdsa-p256"
    leaf_lifetime: Annotated[
        Lifetime,
        doc("How long certificates are valid; at most as long as their CA."),
        Asked("Leaf lifetime"),
    ] = "365d"
    ca_lifetime: Annotated[Lifetime, doc("How long the CAs are valid."), Asked("CA lifetime")] = (
        "3650d"
    )
    ca: Annotated[
        ClusterCa, doc("Your CA for the cluster. Empty: this program makes the cluster's CAs.")
    ] = Field(default_factory=ClusterCa)
    front_proxy_ca: Annotated[
        OwnCa,
        Field(alias="frontProxyCA"),
        doc(
            "A CA of yours that signs the front proxy's certificates, another one than `ca`. "
            "Empty: a CA of the cluster, signed by `ca` if that signs authorities."
        ),
    ] = Field(default_factory=OwnCa)
    etcd_ca: Annotated[
        OwnCa,
        Field(alias="etcdCA"),
        doc(
            "A CA of yours that signs etcd's certificates, another one than `ca`: whoever has a "
            "client certificate of it can read and change everything in etcd. Empty: a CA of the "
            "cluster, signed by `ca` if that signs authorities."
        ),
    ] = Field(default_factory=OwnCa)
