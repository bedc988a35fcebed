"""Fetching by Hub id, from a local server that answers as the Hub does. In a process of its own: the client reads its
environment once, at import."""

import hashlib
import http.server
import json
import os
import subprocess
import sys
import threading

import pytest
from file_tree import tree

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "somebody/small-clip"


def handler(directory, requests):
    files = {path.name: path.read_bytes() for path in directory.iterdir()}
    files["flax_model.msgpack"] = b"not wanted"

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self):
            self.answer(False)

        def do_GET(self):
            self.answer(True)

        def answer(self, with_body):
            path = self.path.split("?")[0]
            requests.append((self.command, path))
            prefix = f"/{REPOSITORY}/resolve/{COMMIT}/"
            if path.startswith(f"/api/models/{REPOSITORY}/revision/") and not path.endswith("/absent"):
                info = {"id": REPOSITORY, "sha": COMMIT, "siblings": [{"rfilename": name} for name in files]}
                return self.send(200, json.dumps(info).encode(), with_body, {"Content-Type": "application/json"})
            if path == f"/api/models/{REPOSITORY}/tree/{COMMIT}":
                listing = [
                    {"type": "file", "path": n, "size": len(b), "oid": hashlib.sha1(b).hexdigest()} for n, b in files.items()
                ]
                return self.send(200, json.dumps(listing).encode(), with_body, {"Content-Type": "application/json"})
            if path.startswith(prefix) and path[len(prefix) :] in files:
                body = files[path[len(prefix) :]]
                tag = f'"{hashlib.sha256(body).hexdigest()}"'
                return self.send(200, body, with_body, {"ETag": tag, "X-Repo-Commit": COMMIT})
            code = "RevisionNotFound" if path.endswith("/absent") else "RepoNotFound"
            return self.send(404, b"{}", with_body, {"X-Error-Code": code})

        def send(self, status, body, with_body, headers):
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            if with_body:
                self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler


@pytest.fixture
def hub(hugging_face_directory):
    requests = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(hugging_face_directory, requests))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requests
    server.shutdown()
    server.server_close()


def export(tmp_path, endpoint, *argv):
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    environment |= {"HF_ENDPOINT": endpoint, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-m", "zeroshot4j_export", "export", *argv]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)


def test_hub_id_is_fetched_and_exported(hub, hugging_face_directory, tmp_path):
    endpoint, requests = hub
    done = export(tmp_path, endpoint, REPOSITORY, str(tmp_path / "out"), "--variants", "fp32")
    assert done.returncode == 0, done.stderr
    out = tree(tmp_path / "out")
    assert out["tokenizer.json"] == (hugging_face_directory / "tokenizer.json").read_bytes()
    assert json.loads(out["zeroshot4j.json"])["modelName"] == REPOSITORY
    # Weights for other libraries are gigabytes on the Hub.
    assert not [path for _, path in requests if "msgpack" in path]


def test_unknown_repository_and_revision_are_named(hub, tmp_path):
    done = export(tmp_path, hub[0], "nobody/nothing", str(tmp_path / "out"))
    assert (
        done.returncode == 1 and "cannot fetch nobody/nothing from the Hugging Face Hub (RepositoryNotFoundError)" in done.stderr
    )
    done = export(tmp_path, hub[0], REPOSITORY, str(tmp_path / "out"), "--revision", "absent")
    assert done.returncode == 1 and "RevisionNotFoundError" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "out").exists()


def test_network_failure_is_one_clear_error(tmp_path):
    done = export(tmp_path, "http://127.0.0.1:9", "openai/clip-vit-base-patch32", str(tmp_path / "out"))
    assert done.returncode == 1, done.stdout
    assert done.stderr.startswith("zeroshot4j-export: cannot fetch openai/clip-vit-base-patch32 from the Hugging Face Hub")
    assert done.stderr.count("\n") == 1 and not (tmp_path / "out").exists()
