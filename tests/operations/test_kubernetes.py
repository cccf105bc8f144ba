"""The Kubernetes manifests: valid by the published schemas, without secrets, with time to drain."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from lms.settings import load_settings

FOLDER = Path(__file__).parents[2] / "config" / "kubernetes"
# The oldest that its makers still mend when this was written, and the newest that has schemas.
_VERSIONS = ("1.34", "1.37")
_OURS = {"api", "worker", "scheduler", "migrate"}


def _documents() -> list[Any]:
    files = [file for file in FOLDER.rglob("*.yaml") if file.name != "kustomization.yaml"]
    return [document for file in files for document in yaml.safe_load_all(file.read_text())]


def _of_kind(kind: str) -> list[Any]:
    return [document for document in _documents() if document["kind"] == kind]


def _pods() -> dict[str, Any]:
    """Name of the container → the pod's spec."""
    specs = [d["spec"]["template"]["spec"] for d in _documents() if "template" in d.get("spec", {})]
    return {spec["containers"][0]["name"]: spec for spec in specs}


@pytest.mark.slow  # the schemas are a package of 70 MB, which `bin/test --full` installs
@pytest.mark.parametrize("version", _VERSIONS)
def test_every_manifest_is_valid_by_the_published_schemas(version: str) -> None:
    try:
        import kubernetes_validate
    except ImportError:
        if os.environ.get("TESTS_SKIP_NOTHING"):
            raise
        pytest.skip("pip install 'lms[full]' brings the schemas")
    for document in _documents():
        kubernetes_validate.validate(document, version, strict=True)


def test_every_file_is_named_where_it_is_applied() -> None:
    for folder in (FOLDER, FOLDER / "migrate"):
        named = yaml.safe_load((folder / "kustomization.yaml").read_text())["resources"]
        there = {file.name for file in folder.glob("*.yaml")} - {"kustomization.yaml"}
        assert set(named) == there


def test_pods_hold_no_secret_and_no_right_that_they_do_not_need() -> None:
    assert _of_kind("Secret") == []
    assert _pods().keys() == _OURS
    for name, pod in _pods().items():
        (container,) = pod["containers"]
        assert pod["securityContext"]["runAsUser"] == 10001, name  # as the image has it
        assert pod["automountServiceAccountToken"] is False, name
        # Kubernetes would tell of its services in LMS_API_PORT and the like, which are no settings.
        assert pod["enableServiceLinks"] is False, name
        assert container["securityContext"]["readOnlyRootFilesystem"], name
        assert {"cpu", "memory"} <= container["resources"]["limits"].keys(), name
        assert "env" not in container, name


def test_the_settings_of_the_manifests_start_a_production_site(tmp_path: Path) -> None:
    (given,) = _of_kind("ConfigMap")
    secrets = {
        "database_url": "postgresql://lms:x@one,two/lms?target_session_attrs=read-write",
        "redis_url": "redis+sentinel://one:26379,two:26379/main",
        "secret_keys": f"2026a:{'x' * 32}",
        "smtp_url": "smtps://u:x@mail.example.com:465",
    }
    for file, content in secrets.items():
        (tmp_path / file).write_text(content)
    environ = {
        name: value.replace("/run/secrets/lms", str(tmp_path))
        for name, value in given["data"].items()
        if name != "LMS_HEALTH_PORT"
    }
    settings = load_settings(environ)
    assert settings.is_production
    for pod in _pods().values():
        assert settings.shutdown_grace_seconds + 45 <= pod.get("terminationGracePeriodSeconds", 60)


def test_each_process_is_probed_and_one_of_them_always_stays() -> None:
    budgets = {d["metadata"]["name"] for d in _of_kind("PodDisruptionBudget")}
    for deployment in _of_kind("Deployment"):
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        assert deployment["spec"]["replicas"] >= 2
        assert deployment["metadata"]["name"] in budgets
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        assert container["livenessProbe"]["httpGet"]["path"] == "/api/v1/health"
        assert container["readinessProbe"]["httpGet"]["path"] == "/api/v1/ready"


def test_the_ingress_forwards_what_clients_need_and_no_metrics() -> None:
    (ingress,) = _of_kind("Ingress")
    paths = {path["path"] for path in ingress["spec"]["rules"][0]["http"]["paths"]}
    assert "/api" in paths
    assert not paths & {"/", "/metrics"}
